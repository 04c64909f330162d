/** Tests of the import of ONNX files. */
@NullMarked
package io.tributary.training.model.onnx;

import org.jspecify.annotations.NullMarked;
