package io.tributary.training.chat;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What transformers 5.24 made of dialogues, read from {@code src/test/resources/language}. */
public final class ChatCases {
  public static final Path FOLDER = Path.of("src/test/resources/language");

  private ChatCases() {}

  public static JsonObject read(String file) {
    try {
      return (JsonObject) JsonReader.read(Files.readAllBytes(FOLDER.resolve(file)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String text(JsonObject of, String key) {
    return ((JsonString) of.find(key).orElseThrow()).value();
  }

  public static List<JsonObject> items(JsonObject of, String key) {
    return ((JsonArray) of.find(key).orElseThrow())
        .items().stream().map(JsonObject.class::cast).toList();
  }

  public static int[] integers(JsonObject of, String key) {
    return ((JsonArray) of.find(key).orElseThrow())
        .items().stream()
            .mapToInt(item -> ((JsonValue.JsonNumber) item).value().intValueExact())
            .toArray();
  }

  public static List<Turn> turns(JsonObject of) {
    return items(of, "messages").stream()
        .map(
            message ->
                new Turn(
                    Speaker.valueOf(text(message, "role").toUpperCase(Locale.ROOT)),
                    text(message, "content")))
        .toList();
  }
}
