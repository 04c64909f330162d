/**
 * Sums that figures of predictions follow from, and that add up over sites: where all of a metric's
 * sums add up, the figure of the sum is the figure of all examples together. Never sees examples,
 * predictions or weights.
 */
@NullMarked
package io.tributary.aggregation.tally;

import org.jspecify.annotations.NullMarked;
