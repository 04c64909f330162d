@NullMarked
package io.tributary.training.model.resnet;

import org.jspecify.annotations.NullMarked;
