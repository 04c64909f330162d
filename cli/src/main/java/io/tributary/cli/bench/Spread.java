package io.tributary.cli.bench;

import java.util.List;

/** Some measurements of one thing, sorted. */
record Spread(List<Double> sorted) {
  Spread {
    sorted = sorted.stream().sorted().toList();
  }

  /** 0 where there are none. */
  double median() {
    return at(0.5);
  }

  /** The value below which this share lies: the nearest one of them. */
  double at(double share) {
    if (sorted.isEmpty()) {
      return 0;
    }
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, Math.min(sorted.size() - 1, index)));
  }

  int size() {
    return sorted.size();
  }
}
