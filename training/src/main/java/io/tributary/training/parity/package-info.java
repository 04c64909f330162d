/**
 * Holds what this module computes against golden folders: what PyTorch, transformers and
 * scikit-learn computed on the same inputs. Never used in training.
 */
@NullMarked
package io.tributary.training.parity;

import org.jspecify.annotations.NullMarked;
