package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import java.util.Optional;

/** Where a figure lies with the confidence that its maker states. */
public record Interval(double low, double high) {
  /** Wilson's of what was right, where something is. */
  static Optional<Interval> of(Tally tally) {
    return tally.interval().map(wilson -> new Interval(wilson.low(), wilson.high()));
  }
}
