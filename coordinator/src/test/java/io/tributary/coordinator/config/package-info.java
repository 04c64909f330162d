/** Tests of the configuration. */
@NullMarked
package io.tributary.coordinator.config;

import org.jspecify.annotations.NullMarked;
