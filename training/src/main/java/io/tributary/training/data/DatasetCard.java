package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a site says about its examples, which themselves never leave it.
 *
 * @param labels of the plan that the examples were read for, in its order
 * @param train examples to train on, after cleaning
 * @param validation examples kept for validation, after cleaning
 * @param perLabel training examples of each label of the set; empty where the site does not tell
 * @param cleaning how many examples each cleaning step changed or dropped
 * @param content digest of the cleaned, label-mapped examples of both parts, in order
 */
public record DatasetCard(
    List<String> labels,
    long train,
    long validation,
    SortedMap<String, Long> perLabel,
    SortedMap<String, Long> cleaning,
    Digest content) {
  public DatasetCard {
    labels = List.copyOf(labels);
    perLabel = Collections.unmodifiableSortedMap(new TreeMap<>(perLabel));
    cleaning = Collections.unmodifiableSortedMap(new TreeMap<>(cleaning));
    requireNonNull(content, "content");
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("labels", JsonValue.array(labels.stream().map(JsonValue::of).toList()))
        .put("train", train)
        .put("validation", validation)
        .put("per-label", counts(perLabel))
        .put("cleaning", counts(cleaning))
        .put("content", content.toString())
        .build();
  }

  public static DatasetCard parse(JsonValue json) {
    Settings settings = Settings.of("dataset card", json);
    return new DatasetCard(
        settings.texts("labels", List.of()),
        settings.integer("train", 0, Long.MAX_VALUE),
        settings.integer("validation", 0, Long.MAX_VALUE),
        counts(settings, "per-label"),
        counts(settings, "cleaning"),
        settings.parsed("content", Digest::parse));
  }

  private static JsonObject counts(SortedMap<String, Long> counts) {
    var json = JsonValue.object();
    counts.forEach(json::put);
    return json.build();
  }

  private static SortedMap<String, Long> counts(Settings settings, String key) {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (String name : settings.textMap(key).keySet()) {
      counts.put(name, settings.section(key).integer(name, 0, Long.MAX_VALUE));
    }
    return counts;
  }
}
