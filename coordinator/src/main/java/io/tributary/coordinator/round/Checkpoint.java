package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An immutable version of the global state.
 *
 * @param manifest names the checkpoint
 * @param trained its trained tensors in canonical safetensors form
 * @param statistics the same of its statistics; empty where the model has none
 */
public record Checkpoint(
    ArtifactRef manifest, ArtifactRef trained, Optional<ArtifactRef> statistics) {
  public Checkpoint {
    requireNonNull(manifest, "manifest");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
  }

  /** A checkpoint of a model without statistics. */
  public Checkpoint(ArtifactRef manifest, ArtifactRef trained) {
    this(manifest, trained, Optional.empty());
  }

  /** The artifacts that it is made of, the base model's apart. */
  public Stream<Digest> digests() {
    return Stream.concat(Stream.of(manifest, trained), statistics.stream())
        .map(ArtifactRef::digest);
  }

  JsonObject toJson() {
    var json =
        JsonValue.object().put("manifest", manifest.toJson()).put("trained", trained.toJson());
    statistics.ifPresent(file -> json.put("statistics", file.toJson()));
    return json.build();
  }

  static Checkpoint parse(Fields fields) {
    return new Checkpoint(
        ArtifactRef.parse(fields.section("manifest")),
        ArtifactRef.parse(fields.section("trained")),
        fields.optionalSection("statistics").map(ArtifactRef::parse));
  }
}
