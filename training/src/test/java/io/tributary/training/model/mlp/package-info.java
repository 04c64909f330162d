@NullMarked
package io.tributary.training.model.mlp;

import org.jspecify.annotations.NullMarked;
