/**
 * Processes whose worker does no arithmetic, for benches that measure everything but training: the
 * services, the worker's seam and the wire are the real ones. Started by benches alone, as main
 * classes of their own; no command, option or file of a service leads here.
 */
@NullMarked
package io.tributary.cli.bench.noop;

import org.jspecify.annotations.NullMarked;
