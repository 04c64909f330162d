/**
 * The command {@code simulate}: prepares the files of a simulation, shows its run and writes its
 * report. Never decides anything about a round.
 */
@NullMarked
package io.tributary.cli.simulate;

import org.jspecify.annotations.NullMarked;
