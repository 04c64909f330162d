package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/**
 * A group of tensors that an update must hold.
 *
 * @param name such as {@code delta}
 * @param layout digest of the only layout that passes the gate
 * @param codec how numbers are written, such as {@code f32}
 * @param bytes exact size of the canonical file
 */
public record ExpectedGroup(String name, Digest layout, String codec, long bytes) {
  public ExpectedGroup {
    requireNonNull(name, "name");
    requireNonNull(layout, "layout");
    requireNonNull(codec, "codec");
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("name", name)
        .put("layout", layout.toString())
        .put("codec", codec)
        .put("bytes", bytes)
        .build();
  }

  static ExpectedGroup parse(Fields fields) {
    return new ExpectedGroup(
        fields.text("name"),
        fields.digest("layout"),
        fields.text("codec"),
        fields.integer("bytes"));
  }
}
