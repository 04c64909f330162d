package io.tributary.training.finetune;

import io.tributary.federation.plan.Packing;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.Examples;
import io.tributary.training.data.ImageAugmentation;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Evaluator;
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
    Plan plan = order.plan();
    BaseModel base = BaseModel.open(order.base());
    Examples examples = Examples.load(order.data(), plan.model().labels());
    TorchRuntime runtime = TorchRuntime.start(plan.train().threads());
    try (Encoder encoder = Encoder.open(base, plan);
        ModelValues values = ModelValues.open(base, plan, order.trained(), order.statistics())) {
      Inputs train =
          encoder.encodeForTraining(examples.train(), plan.augmentation(), augmentation(order));
      Inputs validation = encoder.encode(examples.validation());
      TokenRows rows = encoder.rows(List.of(train, validation));
      try (LiveModel model = LiveModel.open(runtime, plan.train(), values, rows, true)) {
        var loop = new TrainingLoop(model, plan.train(), rate(order, train.size()));
        train(order, loop, train, new Watch(listener, cancelled, nanos));
        var parts = new Parts(train, validation, examples.train().size());
        return outcome(order, loop, values, model, parts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("training " + order.assignment(), e);
    }
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
    int batch = plan.train().batchSize();
    long own = (long) plan.train().epochs() * ((examples + batch - 1) / batch);
    return LearningRate.of(
        plan.train().schedule(),
        plan.train().optimizer().learningRate(),
        order.assignment().round().round(),
        plan.federation().rounds(),
        order.stepsPerRound() > 0 && plan.model().packing() == Packing.NONE
            ? order.stepsPerRound()
            : own);
  }

  private static void train(TrainOrder order, TrainingLoop loop, Inputs inputs, Watch watch) {
    var streams = new RandomStreams(order.plan().seed());
    int round = order.assignment().round().round();
    String node = order.assignment().node().value();
    loop.run(
        inputs, streams.stream(round, node, "shuffle"), streams.key(round, node, "dropout"), watch);
  }

  private static TrainOutcome outcome(
      TrainOrder order, TrainingLoop loop, ModelValues before, LiveModel model, Parts parts)
      throws IOException {
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("loss", loop.meanLoss());
    if (parts.validation.size() > 0) {
      EvaluationReport report =
          new Evaluator(model, order.plan()).report(parts.validation, () -> false);
      metrics.put("validation-loss", report.loss());
      metrics.put("validation-accuracy", report.accuracy());
      metrics.put("validation-macro-f1", report.macroF1());
    }
    Path file = order.output().resolve(DELTA + ".safetensors");
    WrittenTensors written =
        new DeltaFile(before, model.parameters(), loop.optimizer()).write(file);
    List<GroupFile> groups = new ArrayList<>();
    groups.add(
        new GroupFile(
            DELTA, file, before.trained().digest(), "f32", written.size(), written.digest()));
    if (!before.statistics().tensors().isEmpty()) {
      groups.add(StatisticsFile.write(order.output(), before.statistics(), model.parameters()));
    }
    return new TrainOutcome(parts.examples, loop.steps(), groups, metrics);
  }
}
