/** Tests of the reading, cleaning, splitting and checking of examples. */
@NullMarked
package io.tributary.training.data;

import org.jspecify.annotations.NullMarked;
