/**
 * The assembly of a coordinator: parts are made, started and stopped here, in order. Never rules of
 * rounds, and nothing on standard output.
 */
@NullMarked
package io.tributary.coordinator;

import org.jspecify.annotations.NullMarked;
