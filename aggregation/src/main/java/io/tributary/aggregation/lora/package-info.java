/**
 * What becomes of low-rank adapters in a round: exact stacks and residuals, smaller ranks, and how
 * far a mean is from exact. Reads given sources piece by piece; never opens files or trains
 * anything.
 */
@NullMarked
package io.tributary.aggregation.lora;

import org.jspecify.annotations.NullMarked;
