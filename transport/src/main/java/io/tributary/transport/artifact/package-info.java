/**
 * Immutable files named by their digest: the folder that holds them, durable writing, and the
 * client that moves them. Never a decision on what is kept.
 */
@NullMarked
package io.tributary.transport.artifact;

import org.jspecify.annotations.NullMarked;
