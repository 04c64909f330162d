/** The family of GPT-2. Its script writes the forward pass alone. */
@NullMarked
package io.tributary.training.model.gpt2;

import org.jspecify.annotations.NullMarked;
