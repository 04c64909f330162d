package io.tributary.coordinator.artifact;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a checkpoint comes from; kept beside it and never in its digest, so that the same weights
 * have the same name whenever they were made.
 *
 * @param checkpoint digest of the manifest
 * @param checkpointBytes size of the manifest
 * @param trained digest of the trained tensors, canonical safetensors
 * @param trainedBytes their size
 * @param statistics those of its statistics; empty where the model has none
 * @param control those of the coordinator's controls; empty where there are none
 * @param optimizer those of what the server optimizer remembers, by its own names
 * @param parent checkpoint that the round started from; empty for round 0, unless the run went on
 *     from a checkpoint of another, which is named then
 * @param plan digest of the resolved plan
 * @param base digest of the base model's manifest
 * @param contributors the nodes whose updates counted, each with its share of the sum of weights
 * @param version of Tributary that made it
 */
public record Provenance(
    RoundId round,
    Digest checkpoint,
    long checkpointBytes,
    Digest trained,
    long trainedBytes,
    Optional<ArtifactRef> statistics,
    Optional<ArtifactRef> control,
    SortedMap<String, ArtifactRef> optimizer,
    Optional<Digest> parent,
    Digest plan,
    Digest base,
    SortedMap<NodeName, Double> contributors,
    String version,
    Instant time) {
  public Provenance {
    requireNonNull(round, "round");
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
    requireNonNull(control, "control");
    requireNonNull(parent, "parent");
    requireNonNull(plan, "plan");
    requireNonNull(base, "base");
    requireNonNull(version, "version");
    requireNonNull(time, "time");
    optimizer = Collections.unmodifiableSortedMap(new TreeMap<>(optimizer));
    contributors = Collections.unmodifiableSortedMap(new TreeMap<>(contributors));
  }

  /** The checkpoint as the round core names it. */
  public Checkpoint toCheckpoint() {
    return new Checkpoint(
        new ArtifactRef(checkpoint, checkpointBytes),
        new ArtifactRef(trained, trainedBytes),
        statistics,
        control,
        optimizer);
  }

  public JsonObject toJson() {
    var weights = JsonValue.object();
    contributors.forEach((node, weight) -> weights.put(node.value(), weight));
    var json =
        JsonValue.object()
            .put("run", round.run().value())
            .put("round", round.round())
            .put("checkpoint", checkpoint.toString())
            .put("checkpoint-bytes", checkpointBytes)
            .put("trained", trained.toString())
            .put("trained-bytes", trainedBytes)
            .put("plan", plan.toString())
            .put("base", base.toString())
            .put("contributors", weights.build())
            .put("version", version)
            .put("time", time.toString());
    parent.ifPresent(digest -> json.put("parent", digest.toString()));
    statistics.ifPresent(file -> put(json, "statistics", file));
    control.ifPresent(file -> put(json, "control", file));
    if (!optimizer.isEmpty()) {
      var states = JsonValue.object();
      optimizer.forEach(
          (name, file) ->
              states.put(
                  name,
                  JsonValue.object()
                      .put("digest", file.digest().toString())
                      .put("bytes", file.bytes())
                      .build()));
      json.put("server-optimizer", states.build());
    }
    return json.build();
  }

  private static void put(ObjectBuilder json, String key, ArtifactRef file) {
    json.put(key, file.digest().toString()).put(key + "-bytes", file.bytes());
  }

  private static Optional<ArtifactRef> file(Settings settings, String key) {
    return settings
        .optionalText(key)
        .map(Digest::parse)
        .map(
            digest -> new ArtifactRef(digest, settings.integer(key + "-bytes", 0, Long.MAX_VALUE)));
  }

  /** Reads what {@link #toJson} wrote. */
  public static Provenance parse(String json) {
    Settings settings = Settings.of("provenance", JsonReader.read(json));
    SortedMap<NodeName, Double> weights = new TreeMap<>();
    Settings contributors = settings.section("contributors");
    for (String node : settings.textMap("contributors").keySet()) {
      weights.put(new NodeName(node), contributors.number(node, 0, 0, Double.MAX_VALUE));
    }
    return new Provenance(
        new RoundId(
            settings.parsed("run", RunId::new),
            (int) settings.integer("round", 0, Integer.MAX_VALUE)),
        settings.parsed("checkpoint", Digest::parse),
        settings.integer("checkpoint-bytes", 0, Long.MAX_VALUE),
        settings.parsed("trained", Digest::parse),
        settings.integer("trained-bytes", 0, Long.MAX_VALUE),
        file(settings, "statistics"),
        file(settings, "control"),
        optimizer(settings),
        settings.optionalText("parent").map(Digest::parse),
        settings.parsed("plan", Digest::parse),
        settings.parsed("base", Digest::parse),
        weights,
        settings.text("version"),
        settings.parsed("time", Instant::parse));
  }

  private static SortedMap<String, ArtifactRef> optimizer(Settings settings) {
    SortedMap<String, ArtifactRef> states = new TreeMap<>();
    Settings section = settings.section("server-optimizer");
    for (String name : settings.names("server-optimizer")) {
      Settings file = section.section(name);
      states.put(
          name,
          new ArtifactRef(
              file.parsed("digest", Digest::parse), file.integer("bytes", 0, Long.MAX_VALUE)));
    }
    return states;
  }
}
