/**
 * Updates that lie in the spool, and how their values are read block by block. Never decides what
 * the values mean.
 */
@NullMarked
package io.tributary.aggregation.store;

import org.jspecify.annotations.NullMarked;
