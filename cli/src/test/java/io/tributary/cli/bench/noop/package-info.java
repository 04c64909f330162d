/** Tests of the bench's own processes. */
@NullMarked
package io.tributary.cli.bench.noop;

import org.jspecify.annotations.NullMarked;
