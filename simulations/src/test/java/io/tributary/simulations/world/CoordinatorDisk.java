package io.tributary.simulations.world;

import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What outlives the coordinator: journal rows as text, spooled updates, artifacts. A write counts
 * whole or not at all.
 */
final class CoordinatorDisk {
  /** Another process has opened the journal since. */
  static final class Fenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fenced() {
      super("a newer opening exists", null, false, false);
    }
  }

  private final List<Staged> readBack = new ArrayList<>();
  private final Map<AssignmentId, UpdateFacts> spool = new HashMap<>();
  private final Set<Digest> artifacts = new HashSet<>();
  private long epoch;

  /** Opens the journal; whoever opened it before can't write any more. */
  long open() {
    return ++epoch;
  }

  /** Every row, decoded from its text. */
  List<Staged> history() {
    return List.copyOf(readBack);
  }

  /** Writes all rows or none; gives them as they will be read. */
  List<Staged> append(long opening, List<Staged> rows) {
    if (opening != epoch) {
      throw new Fenced();
    }
    List<Staged> decoded =
        rows.stream().map(CoordinatorDisk::write).map(CoordinatorDisk::read).toList();
    Violation.unless(decoded.equals(rows), "a row is read as it was written", rows);
    readBack.addAll(decoded);
    return decoded;
  }

  Map<AssignmentId, UpdateFacts> spool() {
    return spool;
  }

  void clearSpool(RoundId upTo) {
    spool
        .keySet()
        .removeIf(id -> id.round().run().equals(upTo.run()) && id.round().round() <= upTo.round());
  }

  Set<Digest> artifacts() {
    return artifacts;
  }

  /** Whether a checkpoint is here, manifest and tensors. */
  boolean holds(Checkpoint checkpoint) {
    return artifacts.contains(checkpoint.manifest().digest())
        && artifacts.contains(checkpoint.trained().digest());
  }

  private static String write(Staged row) {
    return JsonValue.object()
        .put("run", row.run().value())
        .put("sequence", row.sequence())
        .put("at", row.at().toString())
        .put("kind", row.transition().kind())
        .put("transition", row.transition().toJson())
        .build()
        .canonical();
  }

  private static Staged read(String text) {
    Map<String, JsonValue> fields = ((JsonObject) JsonReader.read(text)).fields();
    return new Staged(
        new RunId(text(fields, "run")),
        Long.parseLong(field(fields, "sequence").canonical()),
        Instant.parse(text(fields, "at")),
        Transition.parse(text(fields, "kind"), field(fields, "transition")));
  }

  private static String text(Map<String, JsonValue> fields, String key) {
    return ((JsonString) field(fields, key)).value();
  }

  private static JsonValue field(Map<String, JsonValue> fields, String key) {
    JsonValue value = fields.get(key);
    if (value == null) {
      throw new IllegalStateException("row without " + key);
    }
    return value;
  }
}
