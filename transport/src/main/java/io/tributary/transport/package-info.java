/**
 * Connections between peers: TLS, identity from certificates, roles per method, listeners,
 * channels, the error table, retry. Never decides anything about runs, rounds or data.
 */
@NullMarked
package io.tributary.transport;

import org.jspecify.annotations.NullMarked;
