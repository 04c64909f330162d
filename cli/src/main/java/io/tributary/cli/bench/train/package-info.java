/**
 * Measures fine-tuning steps in processes of their own, beside those of another program. Never
 * trains in this process.
 */
@NullMarked
package io.tributary.cli.bench.train;

import org.jspecify.annotations.NullMarked;
