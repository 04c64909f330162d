/** Tests of this package. */
@NullMarked
package io.tributary.training.evaluate;

import org.jspecify.annotations.NullMarked;
