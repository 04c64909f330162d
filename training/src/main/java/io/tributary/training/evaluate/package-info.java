/**
 * What a model is worth on labelled examples: metrics, their intervals, reports, predictions. Never
 * training or reading of files.
 */
@NullMarked
package io.tributary.training.evaluate;

import org.jspecify.annotations.NullMarked;
