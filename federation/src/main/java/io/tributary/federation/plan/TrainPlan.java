package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.OptionalDouble;

/**
 * How a node trains in one round.
 *
 * @param epochs passes over the node's examples; 0 where steps or time decide
 * @param batch how many examples make a batch
 * @param clipNorm largest global L2 norm of a gradient; 0 switches clipping off
 * @param dropout overrides the base model's rate; empty keeps it
 * @param threads of torch at a node; part of the plan because results depend on it
 * @param loss what training makes small
 * @param loop how steps are made and when they end
 * @param algorithm what steps have beside the loss's gradients, and what nodes keep
 * @param personal what of the model is each node's own
 */
public record TrainPlan(
    TrainedPart what,
    int epochs,
    BatchPlan batch,
    OptimizerPlan optimizer,
    SchedulePlan schedule,
    double clipNorm,
    OptionalDouble dropout,
    int threads,
    LossPlan loss,
    LoopPlan loop,
    AlgorithmPlan algorithm,
    PersonalPlan personal) {
  /** Plain training with the usual loop. */
  public TrainPlan(
      TrainedPart what,
      int epochs,
      int batchSize,
      OptimizerPlan optimizer,
      SchedulePlan schedule,
      double clipNorm,
      OptionalDouble dropout,
      int threads,
      LossPlan loss) {
    this(
        what,
        epochs,
        BatchPlan.of(batchSize),
        optimizer,
        schedule,
        clipNorm,
        dropout,
        threads,
        loss,
        LoopPlan.USUAL,
        AlgorithmPlan.fedAvg(),
        PersonalPlan.none());
  }

  static TrainPlan read(Settings settings, ModelPlan model) {
    var dropout = settings.optionalNumber("dropout", 0, 0.95);
    LoopPlan loop = LoopPlan.read(settings, model);
    OptimizerPlan optimizer = OptimizerPlan.read(settings.section("optimizer"));
    return new TrainPlan(
        part(settings),
        loop.byEpochs() ? (int) settings.integer("epochs", 1, 1, 10_000) : 0,
        BatchPlan.read(settings),
        optimizer,
        schedule(settings.section("schedule"), optimizer, loop),
        settings.number("clip-norm", 1.0, 0, 1e9),
        dropout.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
        (int) settings.integer("threads", 1, 1, 1_024),
        LossPlan.read(settings.section("loss")),
        loop,
        AlgorithmPlan.read(settings),
        PersonalPlan.read(settings));
  }

  /** Examples of a batch; where nodes look for what fits, the most they take. */
  public int batchSize() {
    return batch.size();
  }

  /** The same training with batches of another size. */
  public TrainPlan withBatch(BatchPlan other) {
    return new TrainPlan(
        what, epochs, other, optimizer, schedule, clipNorm, dropout, threads, loss, loop, algorithm,
        personal);
  }

  /** The same training with another amount of work, whose end nothing else decides. */
  public TrainPlan withWork(int passes, LoopPlan how) {
    return new TrainPlan(
        what,
        passes,
        batch,
        optimizer,
        schedule,
        clipNorm,
        dropout,
        threads,
        loss,
        how.withoutEarlyStop(),
        algorithm,
        personal);
  }

  /** The same training with products of matrices in other numbers. */
  public TrainPlan withPrecision(Precision other) {
    return new TrainPlan(
        what,
        epochs,
        batch,
        optimizer,
        schedule,
        clipNorm,
        dropout,
        threads,
        loss,
        loop.withPrecision(other),
        algorithm,
        personal);
  }

  /** The same training of another part. */
  public TrainPlan withPart(TrainedPart part) {
    return new TrainPlan(
        part, epochs, batch, optimizer, schedule, clipNorm, dropout, threads, loss, loop, algorithm,
        personal);
  }

  /** Whether what a node keeps after an update is what its next one goes on from. */
  public boolean keepsState() {
    return loop.state() == OptimizerState.KEEP
        || algorithm.keepsState()
        || !personal.equals(PersonalPlan.none());
  }

  private static SchedulePlan schedule(Settings settings, OptimizerPlan optimizer, LoopPlan loop) {
    SchedulePlan schedule = SchedulePlan.read(settings);
    schedule.check(settings, optimizer.learningRate());
    if (loop.byTime() && schedule.warmUpSteps() > 0) {
      throw settings.refusal(
          "warm-up-steps",
          schedule.warmUpSteps(),
          "a share, warm-up, where train.time ends a round");
    }
    return schedule;
  }

  private static TrainedPart part(Settings settings) {
    TrainedPart part =
        settings.has("what") ? settings.parsed("what", TrainedPart::parse) : new TrainedPart.All();
    if (part instanceof TrainedPart.Lora) {
      return new TrainedPart.Lora(LoraPlan.read(settings.section("lora")));
    }
    if (settings.has("lora")) {
      throw settings.refusal("lora", "given", "no such section with what: " + part.token());
    }
    return part;
  }

  JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("what", what.token())
            .put("optimizer", optimizer.toJson())
            .put("schedule", schedule.toJson())
            .put("clip-norm", clipNorm)
            .put("threads", threads);
    batch.write(json);
    if (what instanceof TrainedPart.Lora lora) {
      json.put("lora", lora.settings().toJson());
    }
    if (loop.byEpochs()) {
      json.put("epochs", epochs);
    }
    loop.write(json);
    algorithm.toJson().ifPresent(section -> json.put("algorithm", section));
    personal.toJson().ifPresent(section -> json.put("personal", section));
    loss.toJson().ifPresent(section -> json.put("loss", section));
    dropout.ifPresent(rate -> json.put("dropout", rate));
    return json.build();
  }
}
