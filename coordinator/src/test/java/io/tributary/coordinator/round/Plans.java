package io.tributary.coordinator.round;

import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Small plans and runs for tests. */
public final class Plans {
  private static final String BASE =
      """
      {"name":"t","seed":7,"deterministic":false,
       "model":{"base":"sha256:%s","labels":["a","b"]},
       "federation":{"rounds":2,"cohort":{"quorum":2},
         "deadlines":{"recruit":"2m","round":"30m"},"attempts":3}}
      """
          .formatted("0".repeat(64));

  private Plans() {}

  /** The small plan with some values changed: dotted path to JSON text. */
  public static Plan plan(Map<String, String> changes) {
    JsonValue json = JsonReader.read(BASE);
    for (Map.Entry<String, String> change : changes.entrySet()) {
      json = with(json, List.of(change.getKey().split("\\.")), JsonReader.read(change.getValue()));
    }
    return Plan.parse(json.canonical());
  }

  public static RunSpec spec(String run, Plan plan, boolean test) {
    return new RunSpec(
        new RunId(run),
        plan,
        ref("base"),
        checkpoint(run + "-zero"),
        List.of(new ExpectedGroup("delta", digest("layout"), "f32", 400)),
        test,
        "op");
  }

  public static Checkpoint checkpoint(String name) {
    return new Checkpoint(ref(name + "-manifest"), ref(name + "-trained"));
  }

  public static UpdateFacts update(String content, Digest checkpoint) {
    var file = new ArtifactRef(digest(content), 400);
    return new UpdateFacts(
        checkpoint,
        List.of(new UpdateGroup("delta", digest("layout"), "f32", file)),
        10,
        5,
        new TreeMap<>(Map.of("train-loss", 0.5)),
        400,
        800);
  }

  /** The same with the loss that a node's training tells. */
  static UpdateFacts trained(String content, Digest checkpoint) {
    UpdateFacts facts = update(content, checkpoint);
    return new UpdateFacts(
        checkpoint,
        facts.groups(),
        facts.examples(),
        facts.steps(),
        new TreeMap<>(Map.of(NodeHistories.LOSS, 0.5)),
        facts.bytesUp(),
        facts.bytesDown());
  }

  public static Figures figures(double macroF1) {
    return new Figures(
        100, 1.25, macroF1, 0.4, 0.6, macroF1, List.of(new ClassFigures("a", 0.5, 0.25, 0.3, 50)));
  }

  /** A round of which only the figures matter. */
  static RoundRecord round(int round, Figures figures) {
    return new RoundRecord(
        round,
        1,
        checkpoint("c"),
        figures,
        RoundTally.of(0, List.of()),
        Optional.empty(),
        List.of(),
        new TreeMap<>(),
        Table.START,
        Table.START,
        new TreeMap<>());
  }

  public static Digest digest(String text) {
    return Digest.ofUtf8(text);
  }

  public static ArtifactRef ref(String text) {
    return new ArtifactRef(digest(text), text.length());
  }

  private static JsonValue with(JsonValue json, List<String> path, JsonValue value) {
    if (path.isEmpty()) {
      return value;
    }
    Map<String, JsonValue> fields = new TreeMap<>(((JsonObject) json).fields());
    JsonValue inner = fields.getOrDefault(path.get(0), JsonValue.object().build());
    fields.put(path.get(0), with(inner, path.subList(1, path.size()), value));
    return JsonValue.object(fields);
  }
}
