package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import io.tributary.federation.TimeSpan;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a run does: the whole of it, defaults written in. Its digest names it; the same digest with
 * the same data and the same kind of processor gives the same final digest when {@code
 * deterministic} holds.
 *
 * @param name first part of the run's id
 * @param seed of every random stream
 * @param deterministic refuses what can't be repeated, and waits for the whole cohort up to the
 *     deadline
 * @param augmentation of pictures, while a node trains on them
 */
public record Plan(
    String name,
    long seed,
    boolean deterministic,
    ModelPlan model,
    TrainPlan train,
    FederationPlan federation,
    EvaluationPlan evaluation,
    Set<KeptCheckpoint> keep,
    AugmentationPlan augmentation) {
  private static final int LONGEST_NAME = 48;

  public Plan {
    requireNonNull(model, "model");
    requireNonNull(train, "train");
    requireNonNull(federation, "federation");
    requireNonNull(evaluation, "evaluation");
    requireNonNull(augmentation, "augmentation");
    keep = Set.copyOf(keep);
  }

  /** Reads a plan, as a person writes it or resolved; unknown keys and broken rules are refused. */
  public static Plan read(Settings settings) {
    ModelPlan model = ModelPlan.read(settings.section("model"));
    var plan =
        new Plan(
            settings.parsed("name", name -> new RunId(name).value()),
            settings.integer("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE),
            settings.flag("deterministic", true),
            model,
            TrainPlan.read(settings.section("train"), model),
            FederationPlan.read(settings.section("federation")),
            EvaluationPlan.read(settings.section("evaluation"), model),
            kept(settings.section("keep")),
            AugmentationPlan.read(settings.section("augmentation"), model.task()));
    settings.finish();
    plan.check(settings);
    return plan;
  }

  /** Reads the canonical JSON of a resolved plan. */
  public static Plan parse(String canonicalJson) {
    return read(Settings.of("plan", JsonReader.read(canonicalJson)));
  }

  private void check(Settings settings) {
    if (name.length() > LONGEST_NAME) {
      throw settings.refusal(
          "name", name, "at most " + LONGEST_NAME + " characters, since run ids are longer");
    }
    Duration round = federation.deadlines().round();
    if (round.isZero()) {
      throw settings
          .section("federation")
          .section("deadlines")
          .refusal("round", "0ms", "longer than nothing");
    }
    train.loss().check(model, settings.section("train").section("loss"));
    train.algorithm().check(this, settings);
    train.personal().check(this, settings);
    LoraChecks.check(this, settings);
    federation.compression().check(this, settings);
    federation.async().ifPresent(async -> async.check(this, settings));
    if (deterministic) {
      federation.cohort().checkRepeatable(settings.section("federation").section("cohort"));
    }
    if (deterministic && train.loop().byTime()) {
      throw settings
          .section("train")
          .refusal(
              "time",
              TimeSpan.format(train.loop().time()),
              "epochs or steps, or deterministic: false, since a time's steps can't be repeated");
    }
    train.batch().check(this, settings.section("train"));
  }

  private static Set<KeptCheckpoint> kept(Settings settings) {
    Set<KeptCheckpoint> kept = new LinkedHashSet<>();
    for (String word : settings.texts("checkpoints", List.of("best", "last"))) {
      for (KeptCheckpoint candidate : KeptCheckpoint.values()) {
        if (candidate.token().equals(word)) {
          kept.add(candidate);
        }
      }
      if (kept.stream().noneMatch(k -> k.token().equals(word))) {
        throw settings.refusal("checkpoints", word, "best, last or all");
      }
    }
    return kept;
  }

  /** This plan with its base model named by digest, as a run carries it. */
  public Plan withBase(Digest base) {
    return new Plan(
        name,
        seed,
        deterministic,
        model.withBase(base),
        train,
        federation,
        evaluation,
        keep,
        augmentation);
  }

  /** This plan with other training at the nodes. */
  public Plan withTrain(TrainPlan other) {
    return new Plan(
        name, seed, deterministic, model, other, federation, evaluation, keep, augmentation);
  }

  /** This plan for whoever sends nothing. */
  public Plan withoutCompression() {
    return new Plan(
        name,
        seed,
        deterministic,
        model,
        train,
        federation.withoutCompression(),
        evaluation,
        keep,
        augmentation);
  }

  /** Whether what a node keeps after an update is what its next one goes on from. */
  public boolean keepsState() {
    return train.keepsState() || federation.compression().errorFeedback();
  }

  /** The canonical form: every default written in. */
  public JsonObject toJson() {
    List<String> kept = keep.stream().map(KeptCheckpoint::token).sorted().toList();
    var json =
        JsonValue.object()
            .put("name", name)
            .put("seed", seed)
            .put("deterministic", deterministic)
            .put("model", model.toJson())
            .put("train", train.toJson())
            .put("federation", federation.toJson())
            .put("evaluation", evaluation.toJson())
            .put(
                "keep",
                JsonValue.object()
                    .put("checkpoints", JsonValue.array(kept.stream().map(JsonValue::of).toList()))
                    .build());
    if (!augmentation.equals(AugmentationPlan.NONE)) {
      // only then: plans written before there was a choice keep their digest
      json.put("augmentation", augmentation.toJson());
    }
    return json.build();
  }

  public Digest digest() {
    return Digest.ofUtf8(toJson().canonical());
  }
}
