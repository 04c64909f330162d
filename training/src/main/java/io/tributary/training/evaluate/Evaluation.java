package io.tributary.training.evaluate;

import io.tributary.federation.DeviceChoice;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import io.tributary.training.data.Input;
import io.tributary.training.data.OtherExample;
import io.tributary.training.data.Target;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Encoder;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.torch.Devices;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.Progress;
import io.tributary.training.worker.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Evaluates a checkpoint on labelled examples, and predicts with it. */
public final class Evaluation {
  private static final double NANOS = 1e9;

  private Evaluation() {}

  /**
   * Carries out an order on the calling thread.
   *
   * @param listener told after every batch
   * @param cancelled asked before every batch; when true the order ends with CANCELLED
   * @param nanos a running clock, for speed alone
   */
  public static EvaluationReport run(
      EvaluateOrder order,
      ProgressListener listener,
      BooleanSupplier cancelled,
      LongSupplier nanos) {
    Devices.choose(order.device());
    ExamplePart part = Examples.load(order.data(), order.plan().model().labels()).evaluated();
    return run(order, part, listener, cancelled, nanos);
  }

  /**
   * The same on examples in hand, whatever data the order names.
   *
   * @param part labelled by the plan's label set
   */
  public static EvaluationReport run(
      EvaluateOrder order,
      ExamplePart part,
      ProgressListener listener,
      BooleanSupplier cancelled,
      LongSupplier nanos) {
    DeviceChoice device = Devices.choose(order.device());
    Plan plan = order.plan();
    BaseModel base = BaseModel.open(order.base());
    long start = nanos.getAsLong();
    return with(
        device,
        base,
        plan,
        new CheckpointFiles(order.trained(), order.statistics()),
        part,
        live ->
            live.evaluator()
                .report(
                    live.inputs(),
                    cancelled,
                    done -> {
                      double seconds = Math.max(1, nanos.getAsLong() - start) / NANOS;
                      listener.progressed(
                          new Progress(done, part.size(), done / seconds, Double.NaN));
                    }));
  }

  /** One prediction for each input of the order, in their order. */
  public static List<Prediction> predict(PredictOrder order, BooleanSupplier cancelled) {
    DeviceChoice device = Devices.choose(order.device());
    Plan plan = order.plan();
    BaseModel base = BaseModel.open(order.base());
    return with(
        device,
        base,
        plan,
        new CheckpointFiles(order.trained(), order.statistics()),
        unlabelled(order),
        live ->
            new Answers(plan.model(), order.top())
                .of(live.evaluator(), live.inputs(), order.inputs(), cancelled));
  }

  private record Live(Evaluator evaluator, Inputs inputs) {}

  /** Those of a checkpoint. */
  private record CheckpointFiles(Path trained, Optional<Path> statistics) {}

  private static <T> T with(
      DeviceChoice device,
      BaseModel base,
      Plan plan,
      CheckpointFiles files,
      ExamplePart part,
      Function<Live, T> use) {
    TorchRuntime runtime = TorchRuntime.start(plan.train().threads(), device);
    try (Encoder encoder = Encoder.open(base, plan);
        ModelValues values = ModelValues.open(base, plan, files.trained, files.statistics)) {
      Inputs inputs = encoder.encode(part);
      try (LiveModel model =
          LiveModel.open(runtime, plan.train(), values, encoder.rows(List.of(inputs)), false)) {
        return use.apply(new Live(new Evaluator(model, plan), inputs));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("evaluating with " + base.folder(), e);
    }
  }

  /** Inputs with targets that nobody looks at. */
  private static ExamplePart unlabelled(PredictOrder order) {
    return new ExamplePart(
        order.inputs().stream()
            .<Example>map(input -> new OtherExample(input, unlooked(order.plan(), input)))
            .toList());
  }

  private static Target unlooked(Plan plan, Input input) {
    if (input instanceof Input.Words words) {
      return new Target.Tags(Collections.nCopies(words.words().size(), 0));
    }
    return plan.model().task().output() == Task.Output.NUMBERS
        ? new Target.Value(0)
        : new Target.Label(0);
  }
}
