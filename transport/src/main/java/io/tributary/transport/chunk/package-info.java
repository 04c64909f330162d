/**
 * Files as streams of chunks with flow control, in both directions. Knows positions, sizes and
 * digests; never what the bytes mean.
 */
@NullMarked
package io.tributary.transport.chunk;

import org.jspecify.annotations.NullMarked;
