package io.tributary.cli.simulate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Direction;
import io.tributary.federation.plan.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What one cell's report says of the chosen metric.
 *
 * @param values by round, round 0 first
 * @param bytes up and down until each round's end
 * @param times virtual time of each round's end; empty where none was counted
 * @param seconds of the whole run
 * @param worst the chosen metric of the best checkpoint at the node where it is worst, on the
 *     node's own examples; empty where nodes were not judged
 * @param digest of the last checkpoint's trained tensors
 */
record ExperimentCurve(
    List<Double> values,
    List<Long> bytes,
    List<Double> times,
    double seconds,
    OptionalDouble worst,
    String digest) {
  ExperimentCurve {
    values = List.copyOf(values);
    bytes = List.copyOf(bytes);
    times = List.copyOf(times);
    requireNonNull(digest, "digest");
  }

  /** Empty where there is no report, or its run did not complete. */
  static Optional<ExperimentCurve> read(Path report, Metric metric) {
    if (!Files.isRegularFile(report)) {
      return Optional.empty();
    }
    try {
      JsonObject json =
          (JsonObject) JsonReader.read(Files.readString(report, StandardCharsets.UTF_8));
      JsonObject run = (JsonObject) json.find("run").orElseThrow();
      if (!run.find("state").orElseThrow().equals(JsonValue.of("completed"))) {
        return Optional.empty();
      }
      List<Double> values = new ArrayList<>();
      List<Long> bytes = new ArrayList<>();
      long sum = 0;
      for (JsonValue item : ((JsonArray) run.find("rounds").orElseThrow()).items()) {
        JsonObject round = (JsonObject) item;
        sum += (long) number(round, "bytesUp") + (long) number(round, "bytesDown");
        values.add(value((JsonObject) round.find("heldOut").orElseThrow(), metric));
        bytes.add(sum);
      }
      String digest = run.find("finalDigest").orElseThrow().canonical().replace("\"", "");
      OptionalDouble worst = worst(json, metric.direction() == Direction.MAXIMIZE);
      return Optional.of(
          new ExperimentCurve(values, bytes, times(json), number(json, "seconds"), worst, digest));
    } catch (IOException | RuntimeException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          report + ": can't be read (expected: a report of this command). Delete it.",
          e);
    }
  }

  /** Reports of older versions have none. */
  private static List<Double> times(JsonObject json) {
    return json.find("virtualTimes")
        .map(times -> ((JsonArray) times).items().stream())
        .orElseGet(Stream::empty)
        .map(time -> ((JsonNumber) time).value().doubleValue())
        .toList();
  }

  /** Reports of older versions have no figures of nodes. */
  private static OptionalDouble worst(JsonObject json, boolean larger) {
    DoubleStream figures =
        json.find("perNode")
            .map(nodes -> ((JsonArray) nodes).items().stream())
            .orElseGet(Stream::empty)
            .mapToDouble(node -> number((JsonObject) node, "value"))
            .filter(Double::isFinite);
    return larger ? figures.min() : figures.max();
  }

  private static double value(JsonObject heldOut, Metric metric) {
    return switch (metric) {
      case ACCURACY -> number(heldOut, "accuracy");
      case LOSS -> number(heldOut, "loss");
      default ->
          heldOut
              .find("metrics")
              .flatMap(all -> ((JsonObject) all).find(metric.token()))
              .map(one -> number((JsonObject) one, "value"))
              .orElse(Double.NaN);
    };
  }

  private static double number(JsonObject object, String key) {
    return object.find(key).orElseThrow() instanceof JsonNumber number
        ? number.value().doubleValue()
        : Double.NaN;
  }

  double last() {
    return values.get(values.size() - 1);
  }

  /**
   * The best value of all rounds from one on; a run that has fewer has none.
   *
   * @param from the first round that counts
   */
  double best(boolean larger, int from) {
    return values.stream()
        .skip(from)
        .filter(Double::isFinite)
        .reduce((one, other) -> (other > one) == larger ? other : one)
        .orElse(Double.NaN);
  }

  /** The first round at or beyond a value; -1 where there is none. */
  int reaches(double target, boolean larger) {
    for (int round = 0; round < values.size(); round++) {
      if (larger ? values.get(round) >= target : values.get(round) <= target) {
        return round;
      }
    }
    return -1;
  }
}
