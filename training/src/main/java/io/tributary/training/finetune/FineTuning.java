package io.tributary.training.finetune;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.DeviceChoice;
import io.tributary.federation.plan.OptimizerState;
import io.tributary.federation.plan.Packing;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.Examples;
import io.tributary.training.data.ImageAugmentation;
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
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

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
    try (Encoder encoder = Encoder.open(base, plan)) {
      Inputs train =
          encoder.encodeForTraining(examples.train(), plan.augmentation(), augmentation(order));
      Inputs validation = encoder.encode(examples.validation());
      var parts = new Parts(encoder, train, validation, examples.train().size());
      TrainOrder own = NodeAdapters.ofNode(order);
      try {
        return run(own, base, runtime, parts, new Watch(listener, cancelled, nanos));
      } finally {
        NodeAdapters.discard(own);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("training " + order.assignment(), e);
    }
  }

  private static TrainOutcome run(
      TrainOrder order, BaseModel base, TorchRuntime runtime, Parts parts, Watch watch)
      throws IOException {
    Plan plan = order.plan();
    List<String> notes = new ArrayList<>();
    Optional<Path> own = PersonalRound.keptPart(order, base, notes);
    Inputs train = parts.train;
    TokenRows occurring = parts.encoder.rows(List.of(train, parts.validation));
    if (plan.train().personal() instanceof PersonalPlan.FedRep) {
      own = Optional.of(HeadPhase.run(order, base, runtime, own, train, occurring, watch));
    }
    try (ModelValues values =
        ModelValues.open(base, plan, order.trained(), order.statistics(), own)) {
      TokenRows rows = rows(plan, values, occurring);
      TrainPlan training = NodeAdapters.inRound(plan.train(), order.assignment().round().round());
      try (LiveModel model = LiveModel.open(runtime, training, values, rows, true)) {
        TrainPlan sized =
            new BatchSearch(model, train, Devices.choose(order.device()))
                .resolve(plan.train(), statistics(values));
        return run(order.withPlan(plan.withTrain(sized)), base, model, values, parts, watch, notes);
      }
    }
  }

  private static TrainOutcome run(
      TrainOrder order,
      BaseModel base,
      LiveModel model,
      ModelValues values,
      Parts parts,
      Watch watch,
      List<String> notes)
      throws IOException {
    Plan plan = order.plan();
    Inputs train = parts.train;
    try (var algorithm = LocalAlgorithms.open(order, model, values, notes);
        var loop = new TrainingLoop(model, plan.train(), rate(order, train.size()), algorithm);
        var judge =
            new Validation(plan, model, statistics(values), parts.validation, watch.cancelled())) {
      var state = new StateOfRound(order, values, model, loop, algorithm, notes);
      state.restore();
      var figures = new SiteFigures(plan, model, parts.validation);
      boolean both = plan.train().personal().hasOwnModel();
      SortedMap<String, Double> metrics = both ? figures.of(SiteFigures.GLOBAL) : new TreeMap<>();
      var streams = RoundStreams.of(order);
      loop.run(train, streams.shuffle(), streams.dropout(), watch, judge);
      long steps = judge.choose(loop.steps());
      metrics.putAll(figures.of(SiteFigures.AFTER));
      var personal = new PersonalRound(order, base, model, values);
      var result = new Result(values, model, state, algorithm, personal, metrics, notes);
      return outcome(order, loop, steps, result, parts, watch);
    }
  }

  private static List<String> statistics(ModelValues values) {
    return Stream.of(values.statistics(), values.personal())
        .flatMap(layout -> layout.tensors().stream())
        .map(TensorSpec::name)
        .toList();
  }

  /** Rows of tokens that occur, or all of them where optimizer or algorithm need them. */
  private static TokenRows rows(Plan plan, ModelValues values, TokenRows occurring) {
    boolean kept = plan.train().loop().state() == OptimizerState.KEEP;
    return Optimizer.leavesOutUnused(plan.train().optimizer(), kept)
            && LocalAlgorithms.leavesOutUnused(plan.train())
        ? occurring
        : values.allRows();
  }

  /**
   * What is trained on and judged by.
   *
   * @param examples of the data, which may be other than inputs where texts are packed
   */
  private record Parts(Encoder encoder, Inputs train, Inputs validation, int examples) {}

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

  /** What training left behind. */
  private record Result(
      ModelValues before,
      LiveModel model,
      StateOfRound state,
      LocalAlgorithm algorithm,
      PersonalRound personal,
      SortedMap<String, Double> metrics,
      List<String> notes) {}

  /**
   * Writes the update, then what is kept, then works on what is the node's own.
   *
   * @param steps that made the live numbers
   */
  private static TrainOutcome outcome(
      TrainOrder order, TrainingLoop loop, long steps, Result result, Parts parts, Watch watch)
      throws IOException {
    SortedMap<String, Double> metrics = result.metrics;
    metrics.put("loss", loop.meanLoss());
    TrainPlan plan = order.plan().train();
    if (plan.batch().fitting()) {
      metrics.put("batch-size", (double) plan.batchSize());
    }
    if (steps < loop.steps()) {
      metrics.put("steps-tried", (double) loop.steps());
    }
    Path file = order.output().resolve(DELTA + ".safetensors");
    ModelValues before = result.before;
    Layout moving = NodeAdapters.moving(before.trained(), order);
    WrittenTensors written =
        new DeltaFile(before, result.model.parameters(), loop.optimizer(), steps)
            .write(moving, file);
    List<GroupFile> groups = new ArrayList<>();
    var delta =
        new GroupFile(
            DELTA, file, moving.digest(), Coding.AS_THEY_ARE, written.size(), written.digest());
    groups.add(delta);
    if (!before.statistics().tensors().isEmpty()) {
      groups.add(
          StatisticsFile.group(order.output(), before.statistics(), result.model.parameters()));
    }
    result.algorithm.group(order.output(), delta, loop.rates(steps)).ifPresent(groups::add);
    Optional<Path> kept = result.state.keep(delta);
    if (kept.isPresent()) {
      metrics.putAll(
          result.personal.after(kept.get(), parts.train, parts.validation, watch, result.notes));
    }
    new DeltaCompression(order, moving).compress(groups, kept, metrics, result.notes);
    boolean packed = order.plan().model().packing() != Packing.NONE;
    return new TrainOutcome(
        packed ? parts.examples : loop.examples(),
        steps,
        groups,
        metrics,
        plan.loop().byTime() || plan.batch().fitting()
            ? 0
            : RoundWork.steps(plan, parts.train.size()),
        kept,
        result.notes);
  }
}
