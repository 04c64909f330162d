/** Tests of this package. */
@NullMarked
package io.tributary.training.model;

import org.jspecify.annotations.NullMarked;
