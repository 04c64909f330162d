/** Tests of this package. */
@NullMarked
package io.tributary.training.torch;

import org.jspecify.annotations.NullMarked;
