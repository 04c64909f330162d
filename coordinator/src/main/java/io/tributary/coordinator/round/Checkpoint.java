package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An immutable version of the global state.
 *
 * @param manifest names the checkpoint
 * @param trained its trained tensors in canonical safetensors form
 * @param statistics the same of its statistics; empty where the model has none
 * @param control the same of the coordinator's controls, in the layout of the trained tensors;
 *     empty where the algorithm has none, or they are zero
 * @param optimizer what the server optimizer remembers, by its own names, in the layout of the
 *     trained tensors; never leaves the coordinator; empty where it remembers nothing
 */
public record Checkpoint(
    ArtifactRef manifest,
    ArtifactRef trained,
    Optional<ArtifactRef> statistics,
    Optional<ArtifactRef> control,
    SortedMap<String, ArtifactRef> optimizer) {
  public Checkpoint {
    requireNonNull(manifest, "manifest");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
    requireNonNull(control, "control");
    optimizer = Collections.unmodifiableSortedMap(new TreeMap<>(optimizer));
  }

  /** A checkpoint of a model without statistics. */
  public Checkpoint(ArtifactRef manifest, ArtifactRef trained) {
    this(manifest, trained, Optional.empty());
  }

  /** The same for a run whose nodes have kept nothing yet: controls start at zero. */
  public Checkpoint withoutControl() {
    return new Checkpoint(manifest, trained, statistics, Optional.empty(), optimizer);
  }

  /** A checkpoint without controls of a run whose server optimizer remembers nothing. */
  public Checkpoint(ArtifactRef manifest, ArtifactRef trained, Optional<ArtifactRef> statistics) {
    this(manifest, trained, statistics, Optional.empty(), Collections.emptySortedMap());
  }

  /** The artifacts that it is made of, the base model's apart. */
  public Stream<Digest> digests() {
    return Stream.concat(travelling(), optimizer.values().stream().map(ArtifactRef::digest));
  }

  /** Those of them that nodes need. */
  public Stream<Digest> travelling() {
    return Stream.of(Stream.of(manifest, trained), statistics.stream(), control.stream())
        .flatMap(parts -> parts)
        .map(ArtifactRef::digest);
  }

  JsonObject toJson() {
    var json =
        JsonValue.object().put("manifest", manifest.toJson()).put("trained", trained.toJson());
    statistics.ifPresent(file -> json.put("statistics", file.toJson()));
    control.ifPresent(file -> json.put("control", file.toJson()));
    if (!optimizer.isEmpty()) {
      Map<String, JsonValue> states = new TreeMap<>();
      optimizer.forEach((name, file) -> states.put(name, file.toJson()));
      json.put("server-optimizer", JsonValue.object(states));
    }
    return json.build();
  }

  static Checkpoint parse(Fields fields) {
    return new Checkpoint(
        ArtifactRef.parse(fields.section("manifest")),
        ArtifactRef.parse(fields.section("trained")),
        fields.optionalSection("statistics").map(ArtifactRef::parse),
        fields.optionalSection("control").map(ArtifactRef::parse),
        fields.sections("server-optimizer", ArtifactRef::parse));
  }
}
