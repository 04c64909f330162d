/**
 * The durable record of transitions: append-only, hash-chained, fenced. Knows SQL; decides nothing.
 */
@NullMarked
package io.tributary.coordinator.journal;

import org.jspecify.annotations.NullMarked;
