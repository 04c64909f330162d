/** How the aggregate moves the global state. Never reads files or updates. */
@NullMarked
package io.tributary.aggregation.optimizer;

import org.jspecify.annotations.NullMarked;
