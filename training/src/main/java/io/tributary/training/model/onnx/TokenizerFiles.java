package io.tributary.training.model.onnx;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a WordPiece tokenizer, made from its tokenizer.json alone. Fixed truncation and
 * padding, which exports for inference carry, are taken out: the length belongs to the task.
 */
final class TokenizerFiles {
  private static final String[][] SPECIAL = {
    {"unk_token", "[UNK]"},
    {"sep_token", "[SEP]"},
    {"pad_token", "[PAD]"},
    {"cls_token", "[CLS]"},
    {"mask_token", "[MASK]"},
  };

  private final JsonObject tokenizer;
  private final SortedMap<Integer, String> vocabulary;

  private TokenizerFiles(JsonObject tokenizer, SortedMap<Integer, String> vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  /** Reads tokenizer.json; its vocabulary must number the embeddings without gaps. */
  static TokenizerFiles read(byte[] json, long vocabularySize) {
    JsonObject tokenizer = object(JsonReader.read(json));
    JsonObject vocab = object(field(object(field(tokenizer, "model")), "vocab"));
    SortedMap<Integer, String> byId = new TreeMap<>();
    vocab
        .fields()
        .forEach(
            (token, id) -> {
              if (id instanceof JsonNumber number) {
                byId.put(number.value().intValue(), token);
              }
            });
    boolean whole =
        byId.size() == vocabularySize && byId.firstKey() == 0 && byId.lastKey() + 1 == byId.size();
    if (!whole) {
      throw refused("a vocabulary of " + byId.size() + " tokens", vocabularySize + " without gaps");
    }
    for (String[] special : SPECIAL) {
      if (!byId.containsValue(special[1])) {
        throw refused("no token " + special[1], "a BERT vocabulary");
      }
    }
    return new TokenizerFiles(tokenizer, byId);
  }

  String tokenizerJson() {
    SortedMap<String, JsonValue> fields = new TreeMap<>(tokenizer.fields());
    fields.put("truncation", new JsonNull());
    fields.put("padding", new JsonNull());
    return JsonValue.object(fields).canonical();
  }

  String configJson(long positions) {
    JsonObject normalizer = object(field(tokenizer, "normalizer"));
    var json =
        JsonValue.object()
            .put("tokenizer_class", "BertTokenizer")
            .put("do_lower_case", field(normalizer, "lowercase"))
            .put("tokenize_chinese_chars", field(normalizer, "handle_chinese_chars"))
            .put("strip_accents", normalizer.find("strip_accents").orElse(new JsonNull()))
            .put("model_max_length", positions);
    for (String[] special : SPECIAL) {
      json.put(special[0], special[1]);
    }
    return json.build().canonical();
  }

  String specialTokensJson() {
    var json = JsonValue.object();
    for (String[] special : SPECIAL) {
      json.put(special[0], special[1]);
    }
    return json.build().canonical();
  }

  /** One token a line, in the order of their numbers. */
  String vocabularyText() {
    return String.join("\n", vocabulary.values()) + "\n";
  }

  int padId() {
    return vocabulary.entrySet().stream()
        .filter(entry -> entry.getValue().equals("[PAD]"))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static JsonObject object(JsonValue json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw refused("no object where one belongs", "a tokenizer.json");
  }

  private static JsonValue field(JsonObject json, String key) {
    return json.find(key).orElseThrow(() -> refused("no \"" + key + "\"", "a tokenizer.json"));
  }

  private static FederationException refused(String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_DATA, "tokenizer", found, rule, "Use the tokenizer of this model.");
  }
}
