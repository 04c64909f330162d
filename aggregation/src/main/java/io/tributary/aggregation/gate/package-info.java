/**
 * The checks that every update passes before it counts. Everything a peer controls is hostile here;
 * never throws for what a peer sent.
 */
@NullMarked
package io.tributary.aggregation.gate;

import org.jspecify.annotations.NullMarked;
