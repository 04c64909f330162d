/** Measures simulations, each case in a process of its own. */
@NullMarked
package io.tributary.cli.bench.simulate;

import org.jspecify.annotations.NullMarked;
