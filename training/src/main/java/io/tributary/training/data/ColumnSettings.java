package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.Columns.In;
import io.tributary.training.data.Columns.Out;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of a source that say what its columns mean, read and written. */
final class ColumnSettings {
  private static final List<String> INPUTS =
      List.of("text", "features", "categories", "tokens", "prompt", "messages");
  private static final String TRAINING = "training";

  private final Settings section;

  private ColumnSettings(Settings section) {
    this.section = section;
  }

  static Columns read(Settings section, SourceFormat format) {
    var settings = new ColumnSettings(section);
    In input = format.hasColumns() ? settings.input(format) : settings.pictures(format);
    return new Columns(input, settings.target(input));
  }

  private In pictures(SourceFormat format) {
    for (String key : INPUTS) {
      if (section.has(key)) {
        throw section.refusal(key, "given for " + format.token(), "no columns of such a source");
      }
    }
    return new Columns.Pictures();
  }

  private In input(SourceFormat format) {
    List<String> given = new ArrayList<>(INPUTS.stream().filter(this::given).toList());
    if (given.contains("features")) {
      given.remove("categories");
    }
    if (given.size() > 1) {
      throw section.refusal(
          given.get(1), "given beside " + given.get(0), "either " + String.join(" or ", given));
    }
    String kind = given.isEmpty() ? format.defaultInput() : given.get(0);
    return switch (kind) {
      case "features", "categories" -> numbers();
      case "tokens" -> new Columns.Words(section.text("tokens", "tokens"));
      case "prompt" ->
          new Columns.Prompts(
              section.text("prompt"),
              section.text("answer", "answer"),
              section.optionalText("system"));
      case "messages" -> new Columns.Messages(section.text("messages"));
      default -> new Columns.Texts(section.text("text", "text"), section.optionalText("pair"));
    };
  }

  /** An empty list of features counts as none. */
  private boolean given(String key) {
    return key.equals("features") ? !section.texts(key, List.of()).isEmpty() : section.has(key);
  }

  private In numbers() {
    NavigableMap<String, List<String>> categories = new TreeMap<>();
    Settings vocabularies = section.section("categories");
    for (String column : section.names("categories")) {
      List<String> words = vocabularies.texts(column, List.of());
      if (words.isEmpty() || new HashSet<>(words).size() < words.size()) {
        throw section.refusal(
            "categories." + column, "no words, or one twice", "the words of the column, each once");
      }
      categories.put(column, words);
    }
    List<String> features = section.texts("features", List.of());
    if (features.stream().anyMatch(categories::containsKey)) {
      throw section.refusal("categories", "a column of features", "columns that are no features");
    }
    return new Columns.Numbers(
        features,
        categories,
        scales(features),
        section.choice("standardize", "none", List.of("none", TRAINING)).equals(TRAINING),
        section.choice("missing", "refuse", List.of("refuse", "mean")).equals("mean"));
  }

  private NavigableMap<String, Columns.Scale> scales(List<String> features) {
    NavigableMap<String, Columns.Scale> scales = new TreeMap<>();
    Settings declared = section.section("scales");
    for (String column : section.names("scales")) {
      List<Double> two = numbers(declared.texts(column, List.of()));
      if (two.size() != 2 || !(two.get(1) > 0) || !features.contains(column)) {
        throw section.refusal(
            "scales." + column,
            "no such pair, or no such column",
            "[mean, deviation above 0] of a column of features");
      }
      scales.put(column, new Columns.Scale(two.get(0), two.get(1)));
    }
    return scales;
  }

  /** The finite numbers among some texts. */
  private static List<Double> numbers(List<String> texts) {
    return texts.stream()
        .filter(text -> text.matches("[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?"))
        .map(Double::parseDouble)
        .toList();
  }

  private Out target(In input) {
    if (input instanceof Columns.Prompts || input instanceof Columns.Messages) {
      section.has("label");
      return new Out(Out.Kind.WITHIN, "", "|");
    }
    if (input instanceof Columns.Words) {
      return new Out(Out.Kind.TAGS, section.text("label", "label"), "|");
    }
    if (input instanceof Columns.Pictures) {
      section.has("label");
      return Out.label("label");
    }
    String kind = section.choice("target", "label", List.of("label", "labels", "number", "none"));
    if (kind.equals("none")) {
      return within(input);
    }
    String separator = section.text("separator", "|");
    if (separator.isEmpty()) {
      throw section.refusal("separator", "empty", "what stands between two labels");
    }
    return new Out(
        Out.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), section.text("label", "label"), separator);
  }

  /** A text alone, to learn its words from. */
  private Out within(In input) {
    if (!(input instanceof Columns.Texts texts) || texts.pair().isPresent()) {
      throw section.refusal("target", "none", "label, labels or number for what is no single text");
    }
    section.has("label");
    return new Out(Out.Kind.WITHIN, "", "|");
  }

  static void write(Columns columns, JsonValue.ObjectBuilder json) {
    write(columns.input(), json);
    Out target = columns.target();
    if (target.kind() == Out.Kind.WITHIN && columns.input() instanceof Columns.Texts) {
      json.put("target", "none");
    }
    if (target.kind() != Out.Kind.WITHIN && !(columns.input() instanceof Columns.Pictures)) {
      json.put("label", target.column());
    }
    if (target.kind() == Out.Kind.LABELS || target.kind() == Out.Kind.NUMBER) {
      json.put("target", target.kind().name().toLowerCase(Locale.ROOT));
      json.put("separator", target.separator());
    }
  }

  private static void write(In input, JsonValue.ObjectBuilder json) {
    if (input instanceof Columns.Texts texts) {
      json.put("text", texts.text());
      texts.pair().ifPresent(second -> json.put("pair", second));
    } else if (input instanceof Columns.Numbers numbers) {
      json.put("features", texts(numbers.features()));
      var categories = JsonValue.object();
      numbers.categories().forEach((column, words) -> categories.put(column, texts(words)));
      if (!numbers.categories().isEmpty()) {
        json.put("categories", categories.build());
      }
      var scales = JsonValue.object();
      numbers
          .scales()
          .forEach(
              (column, scale) ->
                  scales.put(
                      column,
                      JsonValue.array(
                          List.of(JsonValue.of(scale.mean()), JsonValue.of(scale.deviation())))));
      if (!numbers.scales().isEmpty()) {
        json.put("scales", scales.build());
      }
      json.put("standardize", numbers.standardize() ? TRAINING : "none");
      json.put("missing", numbers.fillMissing() ? "mean" : "refuse");
    } else if (input instanceof Columns.Words words) {
      json.put("tokens", words.words());
    } else if (input instanceof Columns.Prompts prompts) {
      json.put("prompt", prompts.prompt()).put("answer", prompts.answer());
      prompts.system().ifPresent(column -> json.put("system", column));
    } else if (input instanceof Columns.Messages messages) {
      json.put("messages", messages.messages());
    }
  }

  private static JsonValue texts(List<String> texts) {
    return JsonValue.array(texts.stream().map(JsonValue::of).toList());
  }

  /** Whether a text is read at all, so that what is cleaned from texts is meant. */
  static Optional<String> text(Columns columns) {
    return columns.input() instanceof Columns.Texts texts
        ? Optional.of(texts.text())
        : Optional.empty();
  }

  static List<String> features(Columns columns) {
    return columns.input() instanceof Columns.Numbers numbers ? numbers.features() : List.of();
  }
}
