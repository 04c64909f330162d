/**
 * Reads Parquet files: columns of scalars and of lists, row by row, from any row on. Never more
 * than a page of each column is in memory. Knows no examples and no configuration.
 */
@NullMarked
package io.tributary.training.data.parquet;

import org.jspecify.annotations.NullMarked;
