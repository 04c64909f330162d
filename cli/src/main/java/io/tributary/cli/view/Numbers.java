package io.tributary.cli.view;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import java.time.Instant;
import java.util.Optional;

/** Values that JSON has no form for, written as null. */
final class Numbers {
  private Numbers() {}

  static JsonValue json(double value) {
    return Double.isFinite(value) ? JsonValue.of(value) : new JsonNull();
  }

  static JsonValue json(Optional<Instant> time) {
    return time.<JsonValue>map(t -> JsonValue.of(t.toString())).orElseGet(JsonNull::new);
  }
}
