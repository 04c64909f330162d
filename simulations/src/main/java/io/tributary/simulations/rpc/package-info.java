/**
 * The in-process form of the wire: channels, identity and an operator. The only way without TLS.
 */
@NullMarked
package io.tributary.simulations.rpc;

import org.jspecify.annotations.NullMarked;
