/**
 * Named random streams derived from the plan's seed. The only source of randomness that may touch a
 * result.
 */
@NullMarked
package io.tributary.federation.seed;

import org.jspecify.annotations.NullMarked;
