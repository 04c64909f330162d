package io.tributary.training.model;

/**
 * How well the next tokens of some sequences were foretold, one entry a sequence. Arrays must not
 * be changed.
 *
 * @param counted tokens that count
 * @param right of them those that got the greatest score
 * @param losses sums of their negative log likelihoods, in nats
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TokenSums(long[] counted, long[] right, double[] losses) {}
