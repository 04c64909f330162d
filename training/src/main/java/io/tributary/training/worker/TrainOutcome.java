package io.tributary.training.worker;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a train order brought.
 *
 * @param examples distinct training examples used
 * @param steps of the optimizer
 * @param groups of the update, by name
 * @param metrics local figures: {@code loss} over the round, and with a site validation part {@code
 *     validation-loss}, {@code validation-accuracy} …
 */
public record TrainOutcome(
    long examples, long steps, List<GroupFile> groups, SortedMap<String, Double> metrics) {
  public TrainOutcome {
    groups = List.copyOf(groups);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("examples", examples)
        .put("steps", steps)
        .put("groups", JsonValue.array(groups.stream().map(GroupFile::toJson).toList()))
        .put("metrics", JsonFields.ofNumbers(metrics))
        .build();
  }

  public static TrainOutcome parse(JsonValue json) {
    var fields = JsonFields.of("outcome", json);
    return new TrainOutcome(
        fields.integer("examples"),
        fields.integer("steps"),
        fields.items("groups").stream().map(GroupFile::parse).toList(),
        fields.numbers("metrics"));
  }
}
