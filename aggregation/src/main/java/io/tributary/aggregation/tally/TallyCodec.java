package io.tributary.aggregation.tally;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.plan.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The canonical JSON of a tally, a released format of journals. Counts are one flat list of hits,
 * predictions and support, label by label.
 */
public final class TallyCodec {
  private static final int EACH = 3;

  private TallyCodec() {}

  public static JsonObject write(Tally tally) {
    var sums = JsonValue.object();
    tally.sums().forEach(sums::put);
    var counts = JsonValue.object();
    tally.counts().forEach((name, labels) -> counts.put(name, flat(labels)));
    var json =
        JsonValue.object()
            .put("kind", tally.kind().token())
            .put("examples", tally.examples())
            .put("sums", sums.build())
            .put("counts", counts.build());
    tally
        .moments()
        .ifPresent(
            moments ->
                json.put(
                    "moments",
                    JsonValue.array(moments.numbers().stream().map(JsonValue::of).toList())));
    return json.build();
  }

  private static JsonArray flat(List<LabelCounts> labels) {
    List<JsonValue> numbers = new ArrayList<>();
    for (LabelCounts label : labels) {
      numbers.add(JsonValue.of(label.hits()));
      numbers.add(JsonValue.of(label.predicted()));
      numbers.add(JsonValue.of(label.support()));
    }
    return JsonValue.array(numbers);
  }

  /** Reads what {@link #write} wrote; anything else is CORRUPT and says where. */
  public static Tally read(JsonValue json) {
    JsonObject object = object("tally", json);
    long examples = whole("examples", field(object, "examples"));
    SortedMap<String, Double> sums = new TreeMap<>();
    for (Map.Entry<String, JsonValue> sum :
        object("sums", field(object, "sums")).fields().entrySet()) {
      sums.put(sum.getKey(), number(sum.getKey(), sum.getValue()));
    }
    SortedMap<String, List<LabelCounts>> counts = new TreeMap<>();
    for (Map.Entry<String, JsonValue> list :
        object("counts", field(object, "counts")).fields().entrySet()) {
      counts.put(list.getKey(), labels(list.getKey(), list.getValue()));
    }
    return new Tally(
        kind(field(object, "kind")),
        examples,
        sums,
        counts,
        object.find("moments").map(list -> moments(examples, list)));
  }

  private static TaskKind kind(JsonValue json) {
    return Optional.of(json)
        .filter(JsonString.class::isInstance)
        .flatMap(text -> TaskKind.find(((JsonString) text).value()))
        .orElseThrow(() -> corrupt("kind", json, "a kind of task"));
  }

  private static List<LabelCounts> labels(String name, JsonValue json) {
    List<JsonValue> flat = items(name, json);
    if (flat.size() % EACH != 0) {
      throw corrupt(name, JsonValue.of(flat.size()), "three numbers for each label");
    }
    List<LabelCounts> labels = new ArrayList<>();
    for (int at = 0; at < flat.size(); at += EACH) {
      labels.add(
          new LabelCounts(
              whole(name, flat.get(at)),
              whole(name, flat.get(at + 1)),
              whole(name, flat.get(at + 2))));
    }
    return labels;
  }

  private static Moments moments(long examples, JsonValue json) {
    List<JsonValue> list = items("moments", json);
    if (list.size() != Moments.NUMBERS) {
      throw corrupt("moments", JsonValue.of(list.size()), Moments.NUMBERS + " numbers");
    }
    return Moments.of(examples, list.stream().map(one -> number("moments", one)).toList());
  }

  private static JsonValue field(JsonObject object, String key) {
    return object.find(key).orElseThrow(() -> corrupt(key, JsonValue.of("missing"), "a value"));
  }

  private static JsonObject object(String key, JsonValue json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw corrupt(key, json, "an object");
  }

  private static List<JsonValue> items(String key, JsonValue json) {
    if (json instanceof JsonArray array) {
      return array.items();
    }
    throw corrupt(key, json, "a list");
  }

  private static double number(String key, JsonValue json) {
    if (json instanceof JsonNumber number) {
      return number.value().doubleValue();
    }
    throw corrupt(key, json, "a number");
  }

  private static long whole(String key, JsonValue json) {
    if (json instanceof JsonNumber number) {
      try {
        return number.value().longValueExact();
      } catch (ArithmeticException e) {
        throw new FederationException(
            ErrorKind.CORRUPT, "tally." + key + ": " + json.canonical() + " (expected: whole).", e);
      }
    }
    throw corrupt(key, json, "a whole number");
  }

  private static FederationException corrupt(String key, JsonValue found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT,
        "tally." + key,
        found.canonical(),
        rule,
        "Use one version of Tributary everywhere.");
  }
}
