package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/** A group of tensors as a node sent it: claimed layout and codec, verified size and digest. */
public record UpdateGroup(String name, Digest layout, String codec, ArtifactRef file) {
  public UpdateGroup {
    requireNonNull(name, "name");
    requireNonNull(layout, "layout");
    requireNonNull(codec, "codec");
    requireNonNull(file, "file");
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("name", name)
        .put("layout", layout.toString())
        .put("codec", codec)
        .put("file", file.toJson())
        .build();
  }

  static UpdateGroup parse(Fields fields) {
    return new UpdateGroup(
        fields.text("name"),
        fields.digest("layout"),
        fields.text("codec"),
        ArtifactRef.parse(fields.section("file")));
  }
}
