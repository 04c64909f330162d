/**
 * The services: wire messages to events and states to wire messages. Never decisions, files beyond
 * the spool's and the store's, or SQL.
 */
@NullMarked
package io.tributary.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
