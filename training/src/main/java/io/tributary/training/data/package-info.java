/**
 * Labelled examples from files: sources, label mapping, cleaning, splitting, cards and checks;
 * pictures and how they are prepared; augmentation and sampling. Never tensors, tokens or the
 * training loop.
 */
@NullMarked
package io.tributary.training.data;

import org.jspecify.annotations.NullMarked;
