package io.tributary.cli.bench.transfer;

import java.util.ArrayList;
import java.util.List;

/** What was measured of one thing, cycle by cycle. */
final class Samples {
  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> cpuSeconds = new ArrayList<>();

  void add(double took, double cpu) {
    seconds.add(took);
    cpuSeconds.add(cpu);
  }

  int count() {
    return seconds.size();
  }

  double seconds() {
    return median(seconds);
  }

  /** Of both ends. */
  double cpuSeconds() {
    return median(cpuSeconds);
  }

  double fastest() {
    return seconds.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  double slowest() {
    return seconds.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /** Median over the cycles of how fast this was against another thing in the same cycle. */
  double ratioByCycle(Samples other) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(seconds.size(), other.seconds.size()); i++) {
      ratios.add(other.seconds.get(i) / seconds.get(i));
    }
    return median(ratios);
  }

  static double median(List<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
