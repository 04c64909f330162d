/**
 * Who is connected now, and how to reach them. Never what a run should do next, and nothing that
 * outlives the process.
 */
@NullMarked
package io.tributary.coordinator.registry;

import org.jspecify.annotations.NullMarked;
