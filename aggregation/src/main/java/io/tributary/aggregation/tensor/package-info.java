/**
 * Layouts of tensor groups and the safetensors form of their bytes. Never computes with the values
 * and never opens files by itself.
 */
@NullMarked
package io.tributary.aggregation.tensor;

import org.jspecify.annotations.NullMarked;
