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
 * @param control the same of the coordinator's controls, in the layout of the trained tensors;
 *     empty where the algorithm has none, or they are zero
 */
public record Checkpoint(
    ArtifactRef manifest,
    ArtifactRef trained,
    Optional<ArtifactRef> statistics,
    Optional<ArtifactRef> control) {
  public Checkpoint {
    requireNonNull(manifest, "manifest");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
    requireNonNull(control, "control");
  }

  /** A checkpoint without controls, of a model without statistics. */
  public Checkpoint(ArtifactRef manifest, ArtifactRef trained) {
    this(manifest, trained, Optional.empty(), Optional.empty());
  }

  /** The same for a run whose nodes have kept nothing yet: controls start at zero. */
  public Checkpoint withoutControl() {
    return new Checkpoint(manifest, trained, statistics, Optional.empty());
  }

  /** The artifacts that it is made of, the base model's apart. */
  public Stream<Digest> digests() {
    return Stream.of(Stream.of(manifest, trained), statistics.stream(), control.stream())
        .flatMap(parts -> parts)
        .map(ArtifactRef::digest);
  }

  JsonObject toJson() {
    var json =
        JsonValue.object().put("manifest", manifest.toJson()).put("trained", trained.toJson());
    statistics.ifPresent(file -> json.put("statistics", file.toJson()));
    control.ifPresent(file -> json.put("control", file.toJson()));
    return json.build();
  }

  static Checkpoint parse(Fields fields) {
    return new Checkpoint(
        ArtifactRef.parse(fields.section("manifest")),
        ArtifactRef.parse(fields.section("trained")),
        fields.optionalSection("statistics").map(ArtifactRef::parse),
        fields.optionalSection("control").map(ArtifactRef::parse));
  }
}
