@NullMarked
package io.tributary.training.model.lenet;

import org.jspecify.annotations.NullMarked;
