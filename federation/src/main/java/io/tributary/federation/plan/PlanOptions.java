package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The options of a named part of a plan, defaults written in.
 *
 * @param values by key
 */
public record PlanOptions(SortedMap<String, JsonValue> values) {
  /** A part without options. */
  public static final PlanOptions NONE = new PlanOptions(Collections.emptySortedMap());

  public PlanOptions {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  static PlanOptions read(Settings settings, List<PlanOption> options) {
    SortedMap<String, JsonValue> values = new TreeMap<>();
    for (PlanOption option : options) {
      JsonValue value = option.read(settings);
      if (option.written() || !value.equals(option.byDefault())) {
        values.put(option.key(), value);
      }
    }
    return new PlanOptions(values);
  }

  /** The number of an option that is one. */
  public double number(String key) {
    return optionalNumber(key)
        .orElseThrow(() -> new IllegalArgumentException("no number in " + key));
  }

  /** The number of an option; empty where a word stands in its place. */
  public Optional<Double> optionalNumber(String key) {
    return values.get(key) instanceof JsonNumber number
        ? Optional.of(number.value().doubleValue())
        : Optional.empty();
  }

  /** The number of an option that is whole. */
  public int whole(String key) {
    return (int) number(key);
  }

  /** The same; empty where a word stands in its place. */
  public Optional<Integer> optionalWhole(String key) {
    return optionalNumber(key).map(Double::intValue);
  }

  /** The options alone, as a section. */
  public JsonObject toJson() {
    return JsonValue.object(values);
  }

  /** A name with its options: the name alone where there are none, so that digests stay. */
  JsonValue toJson(String name) {
    if (values.isEmpty()) {
      return JsonValue.of(name);
    }
    var json = JsonValue.object().put("name", name);
    for (Map.Entry<String, JsonValue> option : values.entrySet()) {
      json.put(option.getKey(), option.getValue());
    }
    return json.build();
  }
}
