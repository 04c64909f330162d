package io.tributary.training.evaluate;

/** Where a figure lies with the confidence that its maker states. */
public record Interval(double low, double high) {}
