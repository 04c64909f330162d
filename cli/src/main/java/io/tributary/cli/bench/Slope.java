package io.tributary.cli.bench;

import java.util.ArrayList;
import java.util.List;

/** A figure over time, and how steeply it rises in the second half. */
final class Slope {
  private final List<Double> minutes = new ArrayList<>();
  private final List<Double> values = new ArrayList<>();

  void add(double minute, double value) {
    minutes.add(minute);
    values.add(value);
  }

  int samples() {
    return values.size();
  }

  double last() {
    return values.isEmpty() ? 0 : values.get(values.size() - 1);
  }

  /**
   * Rise per minute over the second half of the time: the median of the slopes between all pairs of
   * samples (Theil and Sen), which a single garbage collection does not bend. 0 for fewer than
   * three samples.
   */
  double perMinute() {
    if (minutes.isEmpty()) {
      return 0;
    }
    double half = (minutes.get(0) + minutes.get(minutes.size() - 1)) / 2;
    int from = 0;
    while (minutes.get(from) < half) {
      from++;
    }
    List<Double> slopes = new ArrayList<>();
    for (int i = from; i < values.size(); i++) {
      for (int j = i + 1; j < values.size(); j++) {
        double time = minutes.get(j) - minutes.get(i);
        if (time > 0) {
          slopes.add((values.get(j) - values.get(i)) / time);
        }
      }
    }
    slopes.sort(null);
    return slopes.size() < 2 ? 0 : slopes.get(slopes.size() / 2);
  }
}
