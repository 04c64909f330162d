/**
 * The bench of sums: a round's updates on the disk, the coordinator's own path over them, a plain
 * loop over the same files beside it, and the memory of the process. Never starts a federation.
 */
@NullMarked
package io.tributary.cli.bench.aggregate;

import org.jspecify.annotations.NullMarked;
