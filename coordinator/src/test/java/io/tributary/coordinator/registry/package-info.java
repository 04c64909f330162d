/** Tests of who is connected. */
@NullMarked
package io.tributary.coordinator.registry;

import org.jspecify.annotations.NullMarked;
