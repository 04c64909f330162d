/**
 * A federation of real processes on this machine, as the demonstration and the benches start it:
 * commands, free ports, certificates, children. Never a decision about runs, and no way into a
 * process but its files, its signals and its wire.
 */
@NullMarked
package io.tributary.cli.process;

import org.jspecify.annotations.NullMarked;
