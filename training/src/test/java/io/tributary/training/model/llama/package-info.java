/** Tests of the family of Llama. */
@NullMarked
package io.tributary.training.model.llama;

import org.jspecify.annotations.NullMarked;
