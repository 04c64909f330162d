/** Weights out of ONNX files into Hugging Face folders. Never runs an ONNX graph. */
@NullMarked
package io.tributary.training.model.onnx;

import org.jspecify.annotations.NullMarked;
