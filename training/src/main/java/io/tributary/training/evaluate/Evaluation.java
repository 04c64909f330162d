package io.tributary.training.evaluate;

import io.tributary.federation.DeviceChoice;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import io.tributary.training.data.Input;
import io.tributary.training.data.OtherExample;
import io.tributary.training.data.Picture;
import io.tributary.training.data.TabularExample;
import io.tributary.training.data.Target;
import io.tributary.training.data.TextExample;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

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
            predictions(
                live.evaluator().scores(live.inputs(), cancelled, done -> {}),
                plan.model().labels(),
                order.top()));
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

  /** Inputs with the first label, which nobody looks at. */
  private static ExamplePart unlabelled(PredictOrder order) {
    if (!order.pictures().isEmpty()) {
      return new ExamplePart(order.pictures().stream().map(Evaluation::picture).toList());
    }
    return new ExamplePart(
        order.texts().stream().map(text -> new TextExample(text, 0)).toList(),
        order.rows().stream().map(row -> new TabularExample(floats(row), 0)).toList());
  }

  private static Example picture(Path file) {
    try {
      var picture = new Picture.InFile(file, file.getFileName().toString(), Files.size(file));
      return new OtherExample(new Input.Image(picture), new Target.Label(0));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND, file + ": not readable (expected: a picture). Check the path.", e);
    }
  }

  private static float[] floats(List<Double> row) {
    float[] floats = new float[row.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = row.get(i).floatValue();
    }
    return floats;
  }

  private static List<Prediction> predictions(float[] scores, List<String> labels, int top) {
    int count = labels.size();
    List<Prediction> predictions = new ArrayList<>();
    for (int start = 0; start < scores.length; start += count) {
      double[] shares = Scores.softmax(scores, start, count);
      List<Prediction.Ranked> ranked =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer label) -> -shares[label]))
              .limit(top)
              .map(label -> new Prediction.Ranked(labels.get(label), shares[label]))
              .toList();
      predictions.add(new Prediction(ranked.get(0).label(), ranked.get(0).probability(), ranked));
    }
    return predictions;
  }
}
