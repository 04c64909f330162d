/**
 * Benches over a federation of real processes: what is killed or watched, what is held against
 * what, and the figures. Uses commands, files, signals and the wire as everyone; reads a journal
 * only from a copy.
 */
@NullMarked
package io.tributary.cli.bench;

import org.jspecify.annotations.NullMarked;
