/**
 * What an operator configures: values only, read and checked once. Never opens files or sockets.
 */
@NullMarked
package io.tributary.coordinator.config;

import org.jspecify.annotations.NullMarked;
