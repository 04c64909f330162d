/**
 * Carries out what the round core decided: offers, judging, aggregating, evaluating, clearing. The
 * results go back as events. Never decides what comes next.
 */
@NullMarked
package io.tributary.coordinator.effect;

import org.jspecify.annotations.NullMarked;
