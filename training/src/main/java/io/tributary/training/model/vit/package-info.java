/** The Vision Transformer for images. */
@NullMarked
package io.tributary.training.model.vit;

import org.jspecify.annotations.NullMarked;
