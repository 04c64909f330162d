package io.tributary.training.data;

/**
 * Where a row begins.
 *
 * @param position the first byte
 * @param line of that byte, from 1
 * @param before rows before it
 */
record RowPlace(long position, long line, long before) {}
