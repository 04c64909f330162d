/** Tests of the work on updates. */
@NullMarked
package io.tributary.coordinator.effect;

import org.jspecify.annotations.NullMarked;
