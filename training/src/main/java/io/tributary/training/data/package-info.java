/**
 * Labelled examples from files: sources, label mapping, cleaning, splitting, cards and checks.
 * Never tensors, tokens or the training loop.
 */
@NullMarked
package io.tributary.training.data;

import org.jspecify.annotations.NullMarked;
