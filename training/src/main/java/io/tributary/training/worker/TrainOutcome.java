package io.tributary.training.worker;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a train order brought.
 *
 * @param examples distinct training examples used
 * @param steps of the optimizer that made the update
 * @param groups of the update, by name
 * @param metrics local figures: {@code loss} over the round, and with a site validation part {@code
 *     validation-loss}, {@code validation-accuracy} …; of a compressed update {@link #SENT_BYTES},
 *     {@link #PLAIN_BYTES} and {@link #COMPRESSION_ERROR}
 * @param stepsPerRound what the plan's whole work has on this data: the S of the schedule; 0 where
 *     a time ends the work, or each round looks for the batch that fits
 * @param kept folder with what the next round goes on from, where the plan keeps anything
 * @param notes what a person at the site should know, a sentence each
 */
public record TrainOutcome(
    long examples,
    long steps,
    List<GroupFile> groups,
    SortedMap<String, Double> metrics,
    long stepsPerRound,
    Optional<Path> kept,
    List<String> notes) {
  /** Bytes of a compressed update, its other groups included. */
  public static final String SENT_BYTES = "sent-bytes";

  /** Bytes that it would have had. */
  public static final String PLAIN_BYTES = "uncompressed-bytes";

  /** Norm of what compression took away over the norm of what was to be sent. */
  public static final String COMPRESSION_ERROR = "compression-error";

  /** An outcome of the plan's whole work that keeps no state. */
  public TrainOutcome(
      long examples, long steps, List<GroupFile> groups, SortedMap<String, Double> metrics) {
    this(examples, steps, groups, metrics, steps, Optional.empty(), List.of());
  }

  public TrainOutcome {
    groups = List.copyOf(groups);
    notes = List.copyOf(notes);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("examples", examples)
            .put("steps", steps)
            .put("groups", JsonValue.array(groups.stream().map(GroupFile::toJson).toList()))
            .put("metrics", JsonFields.ofNumbers(metrics))
            .put("steps-per-round", stepsPerRound)
            .put("notes", JsonValue.array(notes.stream().map(JsonValue::of).toList()));
    kept.ifPresent(folder -> json.put("kept", folder.toString()));
    return json.build();
  }

  public static TrainOutcome parse(JsonValue json) {
    var fields = JsonFields.of("outcome", json);
    return new TrainOutcome(
        fields.integer("examples"),
        fields.integer("steps"),
        fields.items("groups").stream().map(GroupFile::parse).toList(),
        fields.numbers("metrics"),
        fields.integer("steps-per-round"),
        fields.has("kept") ? Optional.of(fields.path("kept")) : Optional.empty(),
        fields.texts("notes"));
  }
}
