/** Virtual nodes on the real coordinator, in one process. Never decides anything about a round. */
@NullMarked
package io.tributary.simulations.engine;

import org.jspecify.annotations.NullMarked;
