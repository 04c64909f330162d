/** Tests of the package of the same name. */
@NullMarked
package io.tributary.cli.rpc;

import org.jspecify.annotations.NullMarked;
