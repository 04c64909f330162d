/**
 * Judges checkpoints on the held-out set, through training's worker. Never decides what the figures
 * mean for a run.
 */
@NullMarked
package io.tributary.coordinator.evaluation;

import org.jspecify.annotations.NullMarked;
