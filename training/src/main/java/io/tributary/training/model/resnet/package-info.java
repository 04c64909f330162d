/** ResNet for images, with batch norms whose statistics follow the pictures. */
@NullMarked
package io.tributary.training.model.resnet;

import org.jspecify.annotations.NullMarked;
