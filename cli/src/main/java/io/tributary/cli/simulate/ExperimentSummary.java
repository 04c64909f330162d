package io.tributary.cli.simulate;

import io.tributary.cli.output.Figures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.simulations.report.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * One row of an experiment: a strategy on a partition, over all seeds.
 *
 * @param curves one a seed
 * @param larger whether more is better
 * @param bestFrom the first round that may be the best
 */
record ExperimentSummary(
    String row, List<ExperimentCurve> curves, boolean larger, int bestFrom, OptionalDouble target) {
  ExperimentSummary {
    curves = List.copyOf(curves);
  }

  /** Mean and standard deviation of a sample (n - 1); the deviation of one value is 0. */
  record Spread(double mean, double deviation) {
    static Spread of(double... values) {
      double mean = 0;
      for (double value : values) {
        mean += value / values.length;
      }
      double square = 0;
      for (double value : values) {
        square += (value - mean) * (value - mean);
      }
      return new Spread(mean, values.length < 2 ? 0 : Math.sqrt(square / (values.length - 1)));
    }

    String text() {
      return Figures.fixed(mean, 4) + " ± " + Figures.fixed(deviation, 4);
    }

    /** Whether the difference to another is no more than both deviations together. */
    boolean sameAs(Spread other) {
      return Math.abs(mean - other.mean) <= Math.hypot(deviation, other.deviation);
    }

    JsonObject toJson() {
      return JsonValue.object().put("mean", mean).put("sd", deviation).build();
    }
  }

  private Spread spread(ToDoubleFunction<ExperimentCurve> value) {
    return Spread.of(curves.stream().mapToDouble(value).toArray());
  }

  Spread best() {
    return spread(curve -> curve.best(larger, bestFrom));
  }

  Spread last() {
    return spread(ExperimentCurve::last);
  }

  Spread base() {
    return spread(curve -> curve.values().get(0));
  }

  /** At the worst node; empty where nodes were not judged. */
  Optional<Spread> worst() {
    double[] values = curves.stream().flatMapToDouble(curve -> curve.worst().stream()).toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** Rounds to the target, of the seeds that reach it. */
  String rounds() {
    if (target.isEmpty()) {
      return "";
    }
    int[] reached =
        curves.stream()
            .mapToInt(curve -> curve.reaches(target.getAsDouble(), larger))
            .filter(round -> round >= 0)
            .toArray();
    if (reached.length == 0) {
      return "never";
    }
    double mean = Arrays.stream(reached).average().orElseThrow();
    String some = reached.length == curves.size() ? "" : " (" + reached.length + " seeds)";
    return Figures.fixed(mean, 1) + some;
  }

  /** Bytes to the target, or of the whole run without one. */
  String bytes() {
    long sum = 0;
    int count = 0;
    for (ExperimentCurve curve : curves) {
      int round = ends(curve);
      if (round >= 0) {
        sum += curve.bytes().get(round);
        count++;
      }
    }
    return count == 0 ? "–" : Figures.bytes(sum / count);
  }

  /** Whether virtual time was counted with every seed. */
  boolean timed() {
    return curves.stream().noneMatch(curve -> curve.times().isEmpty());
  }

  /** Virtual time to the target, or of the whole run without one. */
  String time() {
    double[] times =
        curves.stream()
            .filter(curve -> !curve.times().isEmpty() && ends(curve) >= 0)
            .mapToDouble(curve -> curve.times().get(ends(curve)))
            .toArray();
    return times.length == 0 ? "–" : Figures.fixed(Arrays.stream(times).average().orElseThrow(), 1);
  }

  /** The round in which the target is reached, -1 where it is not; without a target the last. */
  private int ends(ExperimentCurve curve) {
    return target.isEmpty()
        ? curve.values().size() - 1
        : curve.reaches(target.getAsDouble(), larger);
  }

  /** The mean over the seeds round by round, with a band of one deviation to each side. */
  Curve curve() {
    List<Curve.Point> points = new ArrayList<>();
    int rounds = curves.stream().mapToInt(curve -> curve.values().size()).min().orElse(0);
    for (int round = 0; round < rounds; round++) {
      int at = round;
      Spread spread = spread(curve -> curve.values().get(at));
      points.add(
          new Curve.Point(
              round, spread.mean, spread.mean - spread.deviation, spread.mean + spread.deviation));
    }
    return new Curve(row, points);
  }

  ObjectBuilder toJson() {
    return JsonValue.object()
        .put("row", row)
        .put("seeds", curves.size())
        .put("base", base().toJson())
        .put("best", best().toJson())
        .put("last", last().toJson())
        .put("roundsToTarget", rounds())
        .put("bytes", bytes())
        .put("virtualTime", time())
        .put(
            "digests",
            JsonValue.array(curves.stream().map(curve -> JsonValue.of(curve.digest())).toList()));
  }
}
