/** Data sets drawn from a seed. */
@NullMarked
package io.tributary.simulations.synthetic;

import org.jspecify.annotations.NullMarked;
