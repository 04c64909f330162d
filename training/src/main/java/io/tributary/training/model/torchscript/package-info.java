/**
 * Models that a user brings as a TorchScript file. What it computes is the file's own; who may run
 * it is decided before, at node and coordinator, by its digest.
 */
@NullMarked
package io.tributary.training.model.torchscript;

import org.jspecify.annotations.NullMarked;
