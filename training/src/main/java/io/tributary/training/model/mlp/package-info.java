/** Multi-layer perceptrons over rows of numbers, with passes written by hand. */
@NullMarked
package io.tributary.training.model.mlp;

import org.jspecify.annotations.NullMarked;
