/** The family of Llama and Qwen2. Its script writes the forward pass alone. */
@NullMarked
package io.tributary.training.model.llama;

import org.jspecify.annotations.NullMarked;
