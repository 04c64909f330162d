/**
 * What a node's session with the coordinator is and does next: pure states, events and effects.
 * Never a thread, clock, file, gRPC type or log line; time and randomness are given.
 */
@NullMarked
package io.tributary.client.session;

import org.jspecify.annotations.NullMarked;
