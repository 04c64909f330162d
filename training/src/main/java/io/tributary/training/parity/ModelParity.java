package io.tributary.training.parity;

import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.AdafactorPlan;
import io.tributary.federation.plan.LossName;
import io.tributary.federation.plan.LossPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.Precision;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.finetune.LearningRate;
import io.tributary.training.finetune.Optimizer;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ExportForm;
import io.tributary.training.model.Head;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelMerge;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.PeftFolder;
import io.tributary.training.model.ScriptLoss;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares a model folder: logits, loss, gradients, and the parameters after one, two and five
 * steps of its optimizer on the same whole batch.
 */
final class ModelParity {
  private static final double STEP_ATOL = 5e-5;
  private static final double STEP_RTOL = 1e-4;
  private static final double NORM_GUARD = 1e-6;
  private static final String PEFT = "base_model.model.";

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
    BaseModel base = BaseModel.open(golden.base());
    if (golden.isAdapted()) {
      compareAdapted(base, PeftFolder.open(golden.folder().resolve("adapter")));
    } else {
      compare(base, ModelValues.ofBase(base, head), new TrainedPart.All());
    }
    return rows;
  }

  /** The model alone, with its adapter, and with the adapter put into its weights. */
  private void compareAdapted(BaseModel base, PeftFolder adapter) throws IOException {
    TrainPlan plan = plan(false, new TrainedPart.All());
    try (ModelValues values = ModelValues.ofBase(base, head);
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan, values, vocabulary(base), false)) {
      compareLogits("logits_base", model);
    }
    compare(
        base,
        ModelValues.ofAdapter(base, adapter, head, base.labels()),
        new TrainedPart.Lora(adapter.settings(base, head)));
    Path folder = Files.createTempDirectory("tributary-parity");
    try {
      ModelMerge.write(base, adapter, folder, ExportForm.USUAL);
      compareMerged(BaseModel.open(folder), plan);
    } finally {
      delete(folder);
    }
  }

  private void compareMerged(BaseModel merged, TrainPlan plan) throws IOException {
    try (ModelValues values = ModelValues.ofBase(merged, head);
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan, values, vocabulary(merged), false)) {
      compareLogits("logits_merged", model);
      compareAll("merged", "logits", model.parameters()::bytes);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void compareLogits(String name, LiveModel model) {
    rows.add(
        golden
            .compare(name, "logits")
            .addAll(
                GoldenInputs.seen(doubles(model.logits(inputs, batch)), inputs),
                GoldenInputs.logits(golden, head, name),
                Comparison.Allowance.NONE)
            .row());
  }

  private void compare(BaseModel base, ModelValues opened, TrainedPart what) throws IOException {
    boolean training = golden.find("steps").isPresent();
    TrainPlan plan = plan(training, what);
    try (ModelValues values = opened;
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan, values, vocabulary(base), true)) {
      golden
          .find("pos_weight")
          .ifPresent(weight -> model.use(weighted(GoldenFolder.number(weight))));
      compareLogits("logits", model);
      if (golden.has("logits_train") && model instanceof SegmentedModel segmented) {
        rows.add(
            golden
                .compare("logits_train", "logits")
                .addAll(
                    doubles(segmented.logitsInTraining(inputs, batch)),
                    golden.tensor("logits_train"),
                    Comparison.Allowance.NONE)
                .row());
      }
      double loss = gradients(model);
      rows.add(golden.compare("loss", "loss").add(loss, golden.number("loss")).row());
      if (training) {
        compareAll("grad", "grad", model.parameters()::gradient);
        restart(model, values);
        steps(model, plan);
        if (values.architecture().mixes()) {
          compareMixed(model, values);
        }
      }
    }
  }

  private void compareMixed(LiveModel model, ModelValues values) throws IOException {
    model.parameters().reload(values);
    model.precision(Precision.BF16);
    double loss = gradients(model);
    rows.addAll(
        MixedParity.rows(
            golden,
            !values.statistics().tensors().isEmpty(),
            loss,
            name -> model.parameters().gradient(own(name)).asFloatBuffer()));
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

  /** Takes back what the gradients before the first step did to statistics. */
  private static void restart(LiveModel model, ModelValues values) throws IOException {
    for (TensorSpec statistic : values.statistics().tensors()) {
      values.read(statistic.name(), 0, model.parameters().bytes(statistic.name()));
    }
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
      ByteBuffer bytes = actual.apply(own(parameter));
      comparison.addAll(
          golden.isWhole(name) ? new double[] {bytes.getLong()} : doubles(bytes),
          golden.tensor(name),
          golden.allowance(prefix, parameter));
    }
    if (!names.isEmpty()) {
      rows.add(comparison.row());
    }
  }

  /** The name that we have for a parameter of the golden set; PEFT puts a prefix before all. */
  private static String own(String parameter) {
    return parameter.startsWith(PEFT) ? parameter.substring(PEFT.length()) : parameter;
  }

  private TrainPlan plan(boolean training, TrainedPart what) {
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
            golden.isTrue("training", "nesterov"),
            AdafactorPlan.USUAL);
    return new TrainPlan(
        what,
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
