/**
 * The only place that calls PyTorch: the engine and its threads, memory scopes, tensors as native
 * bytes, and the TorchScript module whose functions do the arithmetic. Knows no model, no data and
 * no plan.
 */
@NullMarked
package io.tributary.training.torch;

import org.jspecify.annotations.NullMarked;
