package io.tributary.training.parity;

import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.AdafactorPlan;
import io.tributary.federation.plan.LossName;
import io.tributary.federation.plan.LossPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.finetune.LearningRate;
import io.tributary.training.finetune.Optimizer;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Head;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.ScriptLoss;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Compares a model folder: logits, loss, gradients, and the parameters after one, two and five
 * steps of its optimizer on the same whole batch.
 */
final class ModelParity {
  private static final double STEP_ATOL = 5e-5;
  private static final double STEP_RTOL = 1e-4;
  private static final double NORM_GUARD = 1e-6;

  private final GoldenFolder golden;
  private final Inputs inputs;
  private final int[] batch;
  private final Head head;
  private final List<ParityRow> rows = new ArrayList<>();

  private ModelParity(GoldenFolder golden) {
    this.golden = golden;
    head = GoldenInputs.head(golden);
    inputs = GoldenInputs.of(golden, head);
    batch = IntStream.range(0, inputs.size()).toArray();
  }

  static List<ParityRow> rows(GoldenFolder golden) {
    try {
      return new ModelParity(golden).compare();
    } catch (IOException e) {
      throw new UncheckedIOException("comparing " + golden.name(), e);
    }
  }

  private List<ParityRow> compare() throws IOException {
    BaseModel base = BaseModel.open(golden.folder());
    boolean training = golden.find("steps").isPresent();
    TrainPlan plan = plan(training);
    try (ModelValues values = ModelValues.ofBase(base, head);
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan, values, vocabulary(base), true)) {
      golden
          .find("pos_weight")
          .ifPresent(weight -> model.use(weighted(GoldenFolder.number(weight))));
      Comparison logits = golden.compare("logits", "logits");
      double[] actual = doubles(model.logits(inputs, batch));
      rows.add(
          logits
              .addAll(actual, GoldenInputs.logits(golden, head), Comparison.Allowance.NONE)
              .row());
      double loss = gradients(model);
      rows.add(golden.compare("loss", "loss").add(loss, golden.number("loss")).row());
      if (training) {
        compareAll("grad", "grad", model.parameters()::gradient);
        steps(model, plan);
      }
    }
    return rows;
  }

  /** Every token: so that every row of the embedding table is compared, the unused ones too. */
  private TokenRows vocabulary(BaseModel base) {
    return inputs instanceof TokenInputs
        ? TokenRows.of(
            IntStream.range(
                0, (int) GoldenFolder.number(base.config().find("vocab_size").orElseThrow())))
        : TokenRows.none();
  }

  private static ScriptLoss.Choice weighted(double positive) {
    return new ScriptLoss.Choice(LossName.BINARY_CROSS_ENTROPY, LossPlan.USUAL, List.of(positive));
  }

  private double gradients(LiveModel model) {
    return model.gradients(inputs, batch, DropoutMasks.NONE);
  }

  private void steps(LiveModel model, TrainPlan plan) {
    var trainable = model.parameters().trainable();
    boolean oneGroup = golden.items("groups", "no_decay").isEmpty();
    Optimizer optimizer =
        Optimizer.of(
            plan.optimizer(),
            model.scope(),
            trainable,
            oneGroup ? plan.optimizer().weightDecay() : 0);
    var rate =
        new LearningRate(
            plan.schedule(),
            plan.optimizer().learningRate(),
            (long) golden.number(0, "training", "schedule", "warmup_steps"),
            (long) golden.number(0, "training", "schedule", "total_steps"),
            0);
    var losses = new Comparison(golden.name(), "loss of 5 steps", STEP_ATOL, STEP_RTOL);
    var norms = new Comparison(golden.name(), "gradient norm of 5 steps", STEP_ATOL, STEP_RTOL);
    var rates = new Comparison(golden.name(), "learning rate of 5 steps", 1e-18, 1e-12);
    int count = golden.items("steps").size();
    for (int step = 0; step < count; step++) {
      var expected = (JsonObject) golden.items("steps").get(step);
      losses.add(gradients(model), GoldenFolder.number(expected.find("loss").orElseThrow()));
      double norm = model.scope().number("norm", trainable.gradients());
      norms.add(norm, GoldenFolder.number(expected.find("grad_norm").orElseThrow()));
      rates.add(rate.at(step), GoldenFolder.number(expected.find("lr").orElseThrow()));
      double clip = plan.clipNorm();
      optimizer.step(rate.at(step), clip == 0 ? 1 : Math.max(1, (norm + NORM_GUARD) / clip));
      compareAll("after" + (step + 1), "after", model.parameters()::bytes);
    }
    rows.add(losses.row());
    rows.add(norms.row());
    rows.add(rates.row());
  }

  private void compareAll(String prefix, String rule, Function<String, ByteBuffer> actual) {
    Comparison comparison = golden.compare(prefix, rule);
    List<String> names =
        golden.names().stream().filter(name -> name.startsWith(prefix + ".")).toList();
    for (String name : names) {
      String parameter = name.substring(prefix.length() + 1);
      comparison.addAll(
          doubles(actual.apply(parameter)),
          golden.tensor(name),
          rule.equals("after") ? golden.allowance(prefix, parameter) : Comparison.Allowance.NONE);
    }
    if (!names.isEmpty()) {
      rows.add(comparison.row());
    }
  }

  private TrainPlan plan(boolean training) {
    boolean adamw =
        !training
            || golden.find("training", "optimizer").orElseThrow().canonical().equals("\"AdamW\"");
    boolean linear = golden.find("training", "schedule").isPresent();
    var optimizer =
        new OptimizerPlan(
            adamw ? OptimizerName.ADAMW : OptimizerName.SGD,
            golden.number(0, "training", "lr"),
            golden.number(0, "training", "weight_decay"),
            golden.number(0, "training", "momentum"),
            training && adamw ? GoldenFolder.number(golden.items("training", "betas").get(0)) : 0.9,
            training && adamw
                ? GoldenFolder.number(golden.items("training", "betas").get(1))
                : 0.999,
            golden.number(1e-8, "training", "eps"),
            0,
            golden.find("training", "nesterov").isPresent(),
            AdafactorPlan.USUAL);
    return new TrainPlan(
        new TrainedPart.All(),
        1,
        inputs.size(),
        optimizer,
        new SchedulePlan(linear ? ScheduleName.LINEAR : ScheduleName.CONSTANT, 0, ScheduleSpan.RUN),
        golden.number(0, "training", "max_grad_norm"),
        OptionalDouble.of(0),
        1,
        LossPlan.USUAL);
  }

  private static double[] doubles(ByteBuffer bytes) {
    FloatBuffer floats = bytes.asFloatBuffer();
    float[] copy = new float[floats.remaining()];
    floats.get(copy);
    return doubles(copy);
  }

  private static double[] doubles(float[] floats) {
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }
}
