/** Kernels of the product under JMH, through its public methods. Never part of the product. */
@NullMarked
package io.tributary.benchmarks;

import org.jspecify.annotations.NullMarked;
