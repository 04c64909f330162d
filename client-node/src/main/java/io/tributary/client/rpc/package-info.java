/**
 * The node's side of the wire: messages to events and back. The only place of the node with wire
 * types; never decides.
 */
@NullMarked
package io.tributary.client.rpc;

import org.jspecify.annotations.NullMarked;
