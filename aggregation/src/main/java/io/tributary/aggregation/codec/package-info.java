/**
 * How the numbers of an update are written in fewer bytes, and read back block by block. Pure: the
 * same numbers and the same key give the same bytes. Never decides whether an update counts.
 */
@NullMarked
package io.tributary.aggregation.codec;

import org.jspecify.annotations.NullMarked;
