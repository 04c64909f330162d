package io.tributary.training.worker;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.nio.file.Path;

/**
 * One group of an update as a file of canonical bytes.
 *
 * @param name of the group, for instance {@code delta}
 * @param file absolute
 * @param layout digest of the group's layout
 * @param codec of the bytes, {@code f32}
 * @param bytes size of the file
 * @param digest of the file
 */
public record GroupFile(
    String name, Path file, Digest layout, String codec, long bytes, Digest digest) {
  public JsonObject toJson() {
    return JsonValue.object()
        .put("name", name)
        .put("file", file.toString())
        .put("layout", layout.toString())
        .put("codec", codec)
        .put("bytes", bytes)
        .put("digest", digest.toString())
        .build();
  }

  public static GroupFile parse(JsonValue json) {
    var fields = JsonFields.of("group", json);
    return new GroupFile(
        fields.text("name"),
        fields.path("file"),
        Digest.parse(fields.text("layout")),
        fields.text("codec"),
        fields.integer("bytes"),
        Digest.parse(fields.text("digest")));
  }
}
