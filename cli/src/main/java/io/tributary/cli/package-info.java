/**
 * The entry of the one command, {@code tributary}: starts the command tree and ends the process
 * with its exit code. Never holds what a command does.
 */
@NullMarked
package io.tributary.cli;

import org.jspecify.annotations.NullMarked;
