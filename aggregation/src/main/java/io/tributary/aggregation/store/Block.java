package io.tributary.aggregation.store;

import io.tributary.aggregation.tensor.DType;

/**
 * A run of columns of one type: element i of the block is the same column in every update.
 *
 * @param dataOffset where it starts, in bytes after the header
 * @param count how many elements it has, at least 1
 */
public record Block(DType dtype, long dataOffset, int count) {}
