package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.DeviceChoice;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.OptimizerState;
import io.tributary.federation.plan.Packing;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.Examples;
import io.tributary.training.data.ImageAugmentation;
import io.tributary.training.evaluate.Evaluator;
import io.tributary.training.evaluate.MetricReport;
import io.tributary.training.finetune.TrainingLoop.Watch;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Encoder;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.TokenRows;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.torch.Devices;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Fine-tunes one round on one node's examples. The result depends on the plan, the round, the
 * node's name, the data and the checkpoint alone: on one kind of processor the same order gives the
 * same bytes, in any process.
 */
public final class FineTuning {
  private static final String DELTA = "delta";

  private FineTuning() {}

  /**
   * Carries out an order on the calling thread.
   *
   * @param listener told after every step
   * @param cancelled asked before every step; when true the order ends with CANCELLED
   * @param nanos a running clock, for speed alone
   */
  public static TrainOutcome run(
      TrainOrder order, ProgressListener listener, BooleanSupplier cancelled, LongSupplier nanos) {
    Devices.choose(order.device());
    Examples examples = Examples.load(order.data(), order.plan().model().labels());
    return run(order, examples, listener, cancelled, nanos);
  }

  /**
   * The same on examples in hand, whatever data the order names.
   *
   * @param examples labelled by the plan's label set
   */
  public static TrainOutcome run(
      TrainOrder order,
      Examples examples,
      ProgressListener listener,
      BooleanSupplier cancelled,
      LongSupplier nanos) {
    DeviceChoice device = Devices.choose(order.device());
    Plan plan = order.plan();
    BaseModel base = BaseModel.open(order.base());
    TorchRuntime runtime = TorchRuntime.start(plan.train().threads(), device);
    try (Encoder encoder = Encoder.open(base, plan);
        ModelValues values = ModelValues.open(base, plan, order.trained(), order.statistics())) {
      Inputs train =
          encoder.encodeForTraining(examples.train(), plan.augmentation(), augmentation(order));
      Inputs validation = encoder.encode(examples.validation());
      TokenRows rows = rows(plan, values, encoder.rows(List.of(train, validation)));
      try (LiveModel model = LiveModel.open(runtime, plan.train(), values, rows, true);
          var loop = new TrainingLoop(model, plan.train(), rate(order, train.size()));
          var judge = new Validation(plan, model, statistics(values), validation, cancelled)) {
        var state = new StateOfRound(order, values, model, loop.optimizer());
        state.restore();
        train(order, loop, train, new Watch(listener, cancelled, nanos), judge);
        var parts = new Parts(train, validation, examples.train().size());
        return outcome(order, loop, new Result(values, model, judge, state), parts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("training " + order.assignment(), e);
    }
  }

  private static List<String> statistics(ModelValues values) {
    return values.statistics().tensors().stream().map(TensorSpec::name).toList();
  }

  /** Rows of tokens that occur, or all of them where the optimizer needs them. */
  private static TokenRows rows(Plan plan, ModelValues values, TokenRows occurring) {
    boolean kept = plan.train().loop().state() == OptimizerState.KEEP;
    return Optimizer.leavesOutUnused(plan.train().optimizer(), kept) ? occurring : values.allRows();
  }

  /**
   * What is trained on and judged by.
   *
   * @param examples of the data, which may be other than inputs where texts are packed
   */
  private record Parts(Inputs train, Inputs validation, int examples) {}

  private static RandomGenerator augmentation(TrainOrder order) {
    return new RandomStreams(order.plan().seed())
        .stream(
            order.assignment().round().round(),
            order.assignment().node().value(),
            ImageAugmentation.PURPOSE);
  }

  private static LearningRate rate(TrainOrder order, int examples) {
    Plan plan = order.plan();
    long own = RoundWork.steps(plan.train(), examples);
    boolean fixed = order.stepsPerRound() > 0 && plan.train().loop().byEpochs();
    return LearningRate.of(
        plan.train().schedule(),
        plan.train().optimizer().learningRate(),
        order.assignment().round().round(),
        plan.federation().rounds(),
        fixed && plan.model().packing() == Packing.NONE ? order.stepsPerRound() : own);
  }

  private static void train(
      TrainOrder order, TrainingLoop loop, Inputs inputs, Watch watch, Validation judge) {
    var streams = new RandomStreams(order.plan().seed());
    int round = order.assignment().round().round();
    String node = order.assignment().node().value();
    loop.run(
        inputs,
        streams.stream(round, node, "shuffle"),
        streams.key(round, node, "dropout"),
        watch,
        judge);
  }

  /** What training left behind. */
  private record Result(
      ModelValues before, LiveModel model, Validation judge, StateOfRound state) {}

  private static TrainOutcome outcome(
      TrainOrder order, TrainingLoop loop, Result result, Parts parts) throws IOException {
    long steps = result.judge.choose(loop.steps());
    SortedMap<String, Double> metrics = metrics(order.plan(), result.model, parts.validation);
    metrics.put("loss", loop.meanLoss());
    if (steps < loop.steps()) {
      metrics.put("steps-tried", (double) loop.steps());
    }
    Path file = order.output().resolve(DELTA + ".safetensors");
    ModelValues before = result.before;
    WrittenTensors written =
        new DeltaFile(before, result.model.parameters(), loop.optimizer(), steps).write(file);
    List<GroupFile> groups = new ArrayList<>();
    groups.add(
        new GroupFile(
            DELTA, file, before.trained().digest(), "f32", written.size(), written.digest()));
    if (!before.statistics().tensors().isEmpty()) {
      groups.add(
          StatisticsFile.write(order.output(), before.statistics(), result.model.parameters()));
    }
    TrainPlan plan = order.plan().train();
    boolean packed = order.plan().model().packing() != Packing.NONE;
    return new TrainOutcome(
        packed ? parts.examples : loop.examples(),
        steps,
        groups,
        metrics,
        plan.loop().byTime() ? 0 : RoundWork.steps(plan, parts.train.size()),
        result.state.keep(),
        result.state.notes());
  }

  /** Figures on the site's validation part, if there is one: those that the plan shows. */
  private static SortedMap<String, Double> metrics(Plan plan, LiveModel model, Inputs validation) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    if (validation.size() > 0) {
      MetricReport report =
          new Evaluator(model, plan).report(validation, () -> false).metrics().orElseThrow();
      for (Metric metric : plan.evaluation().shown(report.kind())) {
        report.find(metric).ifPresent(v -> metrics.put("validation-" + metric.token(), v));
      }
    }
    return metrics;
  }
}
