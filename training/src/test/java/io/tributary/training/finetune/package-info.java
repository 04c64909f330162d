/** Tests of this package. */
@NullMarked
package io.tributary.training.finetune;

import org.jspecify.annotations.NullMarked;
