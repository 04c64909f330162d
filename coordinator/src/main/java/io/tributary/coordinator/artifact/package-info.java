/**
 * What a coordinator keeps on disk beside its journal: base models, checkpoints with their
 * provenance, and the spool of updates. Never decisions, gRPC or SQL.
 */
@NullMarked
package io.tributary.coordinator.artifact;

import org.jspecify.annotations.NullMarked;
