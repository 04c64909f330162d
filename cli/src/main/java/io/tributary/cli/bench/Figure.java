package io.tributary.cli.bench;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.ObjectBuilder;

/**
 * One figure of a bench, in the form of every bench.
 *
 * @param against what the value is held against; 0: nothing
 */
public record Figure(
    String bench,
    String name,
    String metric,
    double value,
    String unit,
    double against,
    long samples) {
  /** Its JSON, to which a bench may add. */
  public ObjectBuilder json() {
    boolean held = against != 0;
    return JsonValue.object()
        .put("bench", bench)
        .put("case", name)
        .put("metric", metric)
        .put("value", rounded(value))
        .put("unit", unit)
        .put("ratio", held ? JsonValue.of(rounded(value / against)) : new JsonNull())
        .put("against", held ? JsonValue.of(against) : new JsonNull())
        .put("samples", samples);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
