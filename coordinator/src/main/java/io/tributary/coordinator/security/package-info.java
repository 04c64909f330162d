/**
 * Who may call what, and who issues certificates. Never reads certificates itself: identity comes
 * from transport.
 */
@NullMarked
package io.tributary.coordinator.security;

import org.jspecify.annotations.NullMarked;
