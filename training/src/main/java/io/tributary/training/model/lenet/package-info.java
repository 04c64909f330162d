/** Small convolutional networks in LeNet's form, with passes written by hand. */
@NullMarked
package io.tributary.training.model.lenet;

import org.jspecify.annotations.NullMarked;
