package io.tributary.aggregation.tally;

/**
 * Precision, recall and F1 of a label, or their mean over labels; each from 0 to 1.
 *
 * @param precision right predictions among the predictions
 * @param recall right predictions among the examples that have the label
 * @param f1 the harmonic mean of both; for means over labels the mean of the labels' F1
 */
public record LabelFigures(double precision, double recall, double f1) {}
