package io.tributary.training.worker;

import io.tributary.federation.json.JsonValue;
import io.tributary.training.data.Input;
import io.tributary.training.data.Picture;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** An input on its way to a worker: an object whose keys tell its kind. */
final class InputMessage {
  private static final String WHAT = "input";
  private static final int[] NO_CATEGORIES = {};

  private InputMessage() {}

  static JsonValue of(Input input) {
    var json = JsonValue.object();
    if (input instanceof Input.Text text) {
      return json.put("text", text.text()).build();
    }
    if (input instanceof Input.Pair pair) {
      return json.put("text", pair.first()).put("pair", pair.second()).build();
    }
    if (input instanceof Input.Words words) {
      return json.put("words", JsonValue.array(words.words().stream().map(JsonValue::of).toList()))
          .build();
    }
    if (input instanceof Input.Row row) {
      return json.put("row", numbers(row.numbers())).build();
    }
    if (input instanceof Input.Image image && image.picture() instanceof Picture.InFile file) {
      return json.put("image", file.file().toAbsolutePath().toString())
          .put("name", file.name())
          .put("bytes", file.bytes())
          .build();
    }
    throw new IllegalArgumentException("not to be predicted from: " + input);
  }

  private static JsonValue numbers(float[] numbers) {
    return JsonValue.array(
        IntStream.range(0, numbers.length).mapToObj(i -> JsonFields.of(numbers[i])).toList());
  }

  static Input parse(JsonValue json) {
    var fields = JsonFields.of(WHAT, json);
    if (fields.has("words")) {
      return new Input.Words(fields.texts("words"));
    }
    if (fields.has("row")) {
      return new Input.Row(floats(fields.items("row")), NO_CATEGORIES);
    }
    if (fields.has("image")) {
      Path file = fields.path("image");
      return new Input.Image(
          new Picture.InFile(file, fields.text("name"), fields.integer("bytes")));
    }
    return fields.has("pair")
        ? new Input.Pair(fields.text("text"), fields.text("pair"))
        : new Input.Text(fields.text("text"));
  }

  private static float[] floats(List<JsonValue> row) {
    float[] floats = new float[row.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) JsonFields.number(WHAT, row.get(i));
    }
    return floats;
  }
}
