package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/**
 * An immutable version of the global state.
 *
 * @param manifest names the checkpoint
 * @param trained its trained tensors in canonical safetensors form
 */
public record Checkpoint(ArtifactRef manifest, ArtifactRef trained) {
  public Checkpoint {
    requireNonNull(manifest, "manifest");
    requireNonNull(trained, "trained");
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("manifest", manifest.toJson())
        .put("trained", trained.toJson())
        .build();
  }

  static Checkpoint parse(Fields fields) {
    return new Checkpoint(
        ArtifactRef.parse(fields.section("manifest")),
        ArtifactRef.parse(fields.section("trained")));
  }
}
