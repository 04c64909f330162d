package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/** A stored artifact: the digest of its bytes and how many they are. */
public record ArtifactRef(Digest digest, long bytes) {
  public ArtifactRef {
    requireNonNull(digest, "digest");
  }

  JsonObject toJson() {
    return JsonValue.object().put("digest", digest.toString()).put("bytes", bytes).build();
  }

  static ArtifactRef parse(Fields fields) {
    return new ArtifactRef(fields.digest("digest"), fields.integer("bytes"));
  }
}
