/**
 * What becomes of low-rank adapters in a round: means, exact stacks and residuals, and how far a
 * mean is from exact. Never reads files or trains anything.
 */
@NullMarked
package io.tributary.aggregation.lora;

import org.jspecify.annotations.NullMarked;
