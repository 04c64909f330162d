/**
 * The round core: states of runs as folds of transitions, and the machine that turns events and a
 * time into transitions and effects. Never: clocks, threads, logging, files, SQL, gRPC.
 */
@NullMarked
package io.tributary.coordinator.round;

import org.jspecify.annotations.NullMarked;
