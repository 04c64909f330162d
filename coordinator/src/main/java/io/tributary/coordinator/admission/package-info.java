/**
 * How a run begins: an operator's plan and base model are checked against what this coordinator
 * holds, and checkpoint 0 is written. Never the rounds that follow.
 */
@NullMarked
package io.tributary.coordinator.admission;

import org.jspecify.annotations.NullMarked;
