/**
 * Turns the updates of a round into a candidate; the entry point is {@link
 * io.tributary.aggregation.Aggregation}. Never knows of networks, clocks, paths or logs.
 */
@NullMarked
package io.tributary.aggregation;

import org.jspecify.annotations.NullMarked;
