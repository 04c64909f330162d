/** Tests of the bench of sums. */
@org.jspecify.annotations.NullMarked
package io.tributary.cli.bench.aggregate;
