/**
 * The one thread that owns the state of all runs: drains events, journals, becomes, executes
 * effects, answers. Decides nothing itself; knows no gRPC and no SQL.
 */
@NullMarked
package io.tributary.coordinator.driver;

import org.jspecify.annotations.NullMarked;
