/** Tests of the family of GPT-2. */
@NullMarked
package io.tributary.training.model.gpt2;

import org.jspecify.annotations.NullMarked;
