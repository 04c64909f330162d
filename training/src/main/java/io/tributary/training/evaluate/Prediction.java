package io.tributary.training.evaluate;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a model answers to one input. */
public sealed interface Prediction {
  /** The answer in a few words. */
  String words();

  JsonObject toJson();

  /** Reads what {@link #toJson} wrote. */
  static Prediction parse(JsonValue json) {
    var fields = JsonFields.of("prediction", json);
    if (fields.has("tags")) {
      return new Tags(fields.items("tags").stream().map(Tagged::parse).toList());
    }
    if (fields.has("numbers")) {
      return new Numbers(fields.numbers("numbers"));
    }
    List<Ranked> top = fields.items("top").stream().map(Ranked::parse).toList();
    return fields.has("labels")
        ? new Labels(fields.texts("labels"), top)
        : new Label(fields.text("label"), fields.number("probability"), top);
  }

  /**
   * One label of a set.
   *
   * @param label the most probable one
   * @param top the most probable labels, best first; as many as were asked for
   */
  record Label(String label, double probability, List<Ranked> top) implements Prediction {
    public Label {
      top = List.copyOf(top);
    }

    @Override
    public String words() {
      return label;
    }

    @Override
    public JsonObject toJson() {
      return JsonValue.object()
          .put("label", label)
          .put("probability", JsonFields.of(probability))
          .put("top", ranked(top))
          .build();
    }
  }

  /**
   * Any number of labels, each for itself.
   *
   * @param labels those that are more probable than not, in the order of the label set
   * @param top the most probable labels, best first; as many as were asked for
   */
  record Labels(List<String> labels, List<Ranked> top) implements Prediction {
    public Labels {
      labels = List.copyOf(labels);
      top = List.copyOf(top);
    }

    @Override
    public String words() {
      return labels.isEmpty() ? "–" : String.join(", ", labels);
    }

    @Override
    public JsonObject toJson() {
      return JsonValue.object()
          .put("labels", JsonValue.array(labels.stream().map(JsonValue::of).toList()))
          .put("top", ranked(top))
          .build();
    }
  }

  /** Numbers, by the names that the plan's labels are. */
  record Numbers(SortedMap<String, Double> numbers) implements Prediction {
    public Numbers {
      numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
    }

    @Override
    public String words() {
      return numbers.entrySet().stream()
          .map(one -> one.getKey() + " " + one.getValue().floatValue())
          .collect(Collectors.joining(", "));
    }

    @Override
    public JsonObject toJson() {
      return JsonValue.object().put("numbers", JsonFields.ofNumbers(numbers)).build();
    }
  }

  /** A label for each word, in the order of the words; those beyond the longest text have none. */
  record Tags(List<Tagged> tags) implements Prediction {
    public Tags {
      tags = List.copyOf(tags);
    }

    @Override
    public String words() {
      return tags.stream().map(one -> one.word + "/" + one.label).collect(Collectors.joining(" "));
    }

    @Override
    public JsonObject toJson() {
      return JsonValue.object()
          .put("tags", JsonValue.array(tags.stream().map(Tagged::toJson).toList()))
          .build();
    }
  }

  /** One label with its probability. */
  record Ranked(String label, double probability) {
    JsonObject toJson() {
      return JsonValue.object()
          .put("label", label)
          .put("probability", JsonFields.of(probability))
          .build();
    }

    static Ranked parse(JsonValue json) {
      var fields = JsonFields.of("ranked label", json);
      return new Ranked(fields.text("label"), fields.number("probability"));
    }
  }

  /** One word with its most probable label. */
  record Tagged(String word, String label, double probability) {
    JsonObject toJson() {
      return JsonValue.object()
          .put("word", word)
          .put("label", label)
          .put("probability", JsonFields.of(probability))
          .build();
    }

    static Tagged parse(JsonValue json) {
      var fields = JsonFields.of("tagged word", json);
      return new Tagged(fields.text("word"), fields.text("label"), fields.number("probability"));
    }
  }

  private static JsonValue ranked(List<Ranked> top) {
    return JsonValue.array(top.stream().map(Ranked::toJson).toList());
  }
}
