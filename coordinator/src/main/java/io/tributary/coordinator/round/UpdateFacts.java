package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of an update whose bytes are stored; the node's claims are judged by the gate
 * later.
 *
 * @param checkpoint digest of the checkpoint manifest that the node says it started from
 * @param examples different training examples used, as claimed
 * @param metrics the node's own figures; finite
 * @param bytesUp of this update
 * @param bytesDown that the node fetched for this assignment, as counted by the serving process
 */
public record UpdateFacts(
    Digest checkpoint,
    List<UpdateGroup> groups,
    long examples,
    long steps,
    SortedMap<String, Double> metrics,
    long bytesUp,
    long bytesDown) {
  public UpdateFacts {
    requireNonNull(checkpoint, "checkpoint");
    groups = List.copyOf(groups);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
      if (!Double.isFinite(metric.getValue())) {
        throw FederationException.of(
            ErrorKind.INVALID_ARGUMENT,
            "metric " + metric.getKey(),
            metric.getValue(),
            "a finite number",
            "Leave it out.");
      }
    }
  }

  /**
   * Names the update: SHA-256 of the canonical JSON of its groups' names, layouts, codecs, sizes
   * and digests.
   */
  public Digest digest() {
    return Digest.ofUtf8(
        JsonValue.array(groups.stream().map(UpdateGroup::toJson).toList()).canonical());
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("checkpoint", checkpoint.toString())
        .put("groups", JsonValue.array(groups.stream().map(UpdateGroup::toJson).toList()))
        .put("examples", examples)
        .put("steps", steps)
        .put("metrics", Fields.numbers(metrics))
        .put("bytes-up", bytesUp)
        .put("bytes-down", bytesDown)
        .build();
  }

  static UpdateFacts parse(Fields fields) {
    return new UpdateFacts(
        fields.digest("checkpoint"),
        fields.list("groups", UpdateGroup::parse),
        fields.integer("examples"),
        fields.integer("steps"),
        fields.numbers("metrics"),
        fields.integer("bytes-up"),
        fields.integer("bytes-down"));
  }
}
