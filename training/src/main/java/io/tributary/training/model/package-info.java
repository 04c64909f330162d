/**
 * Models: the Hugging Face folder in and out, the families, which tensors a plan trains, the first
 * checkpoint, and a model live in torch with its forward and backward pass. Never optimizes, never
 * reads examples.
 */
@NullMarked
package io.tributary.training.model;

import org.jspecify.annotations.NullMarked;
