/**
 * A rehearsal of what commands and services do at their start, run once after a build so that the
 * JVM can keep the loaded classes (class data sharing). Never part of a command.
 */
@NullMarked
package io.tributary.cli.faststart;

import org.jspecify.annotations.NullMarked;
