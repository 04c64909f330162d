/** Tests of this package. */
@NullMarked
package io.tributary.training.parity;

import org.jspecify.annotations.NullMarked;
