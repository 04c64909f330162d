package io.tributary.training.model.torchscript;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.data.Input;
import io.tributary.training.model.BatchTargets;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ImageBatch;
import io.tributary.training.model.ImageInputs;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ParameterSpec;
import io.tributary.training.model.RowInputs;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.torch.ScriptedModule;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A TorchScript file live. Its own parameters are copies: they are filled from the flat memory that
 * optimizers change before each pass, and their gradients are put into the flat gradient memory
 * after it.
 */
final class TorchscriptModel extends LiveModel {
  private final TorchscriptArchitecture shape;
  private final ScriptedModule module;
  private final TorchScope gradientScope;
  private final Map<String, Tensor> gradients = new TreeMap<>();

  private TorchscriptModel(
      TorchscriptArchitecture shape,
      ScriptedModule module,
      TorchScope scope,
      LiveParameters parameters,
      TrainPlan plan) {
    super(scope, parameters, shape.head());
    this.shape = shape;
    this.module = module;
    gradientScope = scope.child();
    for (ParameterSpec parameter : shape.parameters()) {
      boolean moves = shape.moves(parameter, plan.what());
      module.learns(parameter.name(), moves);
      if (moves) {
        gradients.put(parameter.name(), gradientScope.floats(parameter.elements()));
      }
    }
  }

  static LiveModel open(
      TorchscriptArchitecture shape, TorchScope scope, LiveParameters parameters, TrainPlan plan) {
    if (plan.dropout().isPresent()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.dropout",
          plan.dropout().getAsDouble(),
          "no such key for a TorchScript file, whose dropout is its own",
          "Leave it out.");
    }
    ScriptedModule module = ScriptedModule.load(scope, shape.file());
    check(shape, module);
    return new TorchscriptModel(shape, module, scope, parameters, plan);
  }

  /** The file's parameters and the weights beside it must be the same. */
  private static void check(TorchscriptArchitecture shape, ScriptedModule module) {
    Map<String, ParameterSpec> stored = shape.byName();
    if (!module.names().equals(stored.keySet())) {
      var other = new TreeSet<>(module.names());
      other.removeAll(stored.keySet());
      String found =
          other.isEmpty()
              ? "lacks " + firstMissing(stored, module)
              : "has " + other.first() + ", which the weights lack";
      throw refusal(shape, found, "the same parameters as the weights beside it");
    }
    for (ParameterSpec parameter : stored.values()) {
      List<Long> own = Arrays.stream(module.shape(parameter.name())).boxed().toList();
      if (!own.equals(parameter.shape())) {
        throw refusal(shape, parameter.name() + " of shape " + own, "shape " + parameter.shape());
      }
    }
  }

  private static String firstMissing(Map<String, ParameterSpec> stored, ScriptedModule module) {
    return stored.keySet().stream()
        .filter(name -> !module.names().contains(name))
        .sorted()
        .findFirst()
        .orElse("");
  }

  private static FederationException refusal(
      TorchscriptArchitecture shape, String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        String.valueOf(shape.file().getFileName()),
        found,
        rule,
        "Save module and weights anew, from the same model.");
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    double[] loss = new double[1];
    try (TorchScope batch = scope().child()) {
      fill();
      module.differentiate(
          batch,
          inputs(batch, inputs, examples),
          ((long) masks.keyHigh() << 32) | (masks.keyLow() & 0xffffffffL),
          scores -> slope(batch, inputs, examples, scores, loss));
      gradients.forEach(
          (name, into) -> {
            module.takeGradient(name, into);
            parameters().gradient(name).asFloatBuffer().put(into.floats());
          });
    }
    return loss[0];
  }

  /** The gradient of the loss by all scores; those of padding do not count. */
  private Tensor slope(
      TorchScope batch, Inputs inputs, int[] examples, Tensor scores, double[] loss) {
    int length = head().task().perToken() ? length(inputs, examples) : 1;
    checkScores(scores, examples.length, length);
    BatchTargets targets = BatchTargets.of(batch, head(), inputs, examples, length);
    int[] rows =
        targets.rows().isEmpty()
            ? IntStream.range(0, examples.length).toArray()
            : ints(targets.rows().get(0).longs());
    Tensor counted = rows(batch, scores, rows);
    List<Tensor> result =
        batch.callForAll("loss", counted, targets.target(), loss().weights(), loss().kind());
    loss[0] = result.get(0).floats().get(0);
    long[] form = ScriptedModule.shape(scores).stream().mapToLong(Long::longValue).toArray();
    Tensor back = batch.floats(form);
    FloatBuffer from = result.get(1).floats();
    FloatBuffer into = back.floats();
    for (int i = 0; i < rows.length; i++) {
      into.put(rows[i] * shape.outputs(), from, i * shape.outputs(), shape.outputs());
    }
    return back;
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
    try (TorchScope batch = scope().child()) {
      fill();
      Tensor scores = module.scores(batch, inputs(batch, inputs, examples));
      int length = head().task().perToken() ? length(inputs, examples) : 1;
      checkScores(scores, examples.length, length);
      int[] rows =
          IntStream.range(0, examples.length)
              .flatMap(
                  i ->
                      IntStream.range(0, length == 1 ? 1 : inputs.length(examples[i]))
                          .map(t -> i * length + t))
              .toArray();
      return rows(into, scores, rows);
    }
  }

  private Tensor rows(TorchScope into, Tensor scores, int[] rows) {
    Tensor chosen = into.floats(rows.length, shape.outputs());
    FloatBuffer to = chosen.floats();
    FloatBuffer from = scores.floats();
    for (int i = 0; i < rows.length; i++) {
      to.put(i * shape.outputs(), from, rows[i] * shape.outputs(), shape.outputs());
    }
    return chosen;
  }

  private static int[] ints(LongBuffer numbers) {
    return IntStream.range(0, numbers.remaining()).map(i -> (int) numbers.get(i)).toArray();
  }

  private void checkScores(Tensor scores, int examples, int length) {
    List<Long> wanted =
        head().task().perToken()
            ? List.of((long) examples, (long) length, (long) shape.outputs())
            : List.of((long) examples, (long) shape.outputs());
    if (!ScriptedModule.shape(scores).equals(wanted)) {
      throw refusal(shape, "scores of shape " + ScriptedModule.shape(scores), "shape " + wanted);
    }
  }

  /** The module's parameters become what an optimizer, or a checkpoint, has made of them. */
  private void fill() {
    for (ParameterSpec parameter : shape.parameters()) {
      ByteBuffer from = parameters().bytes(parameter.name());
      module.parameter(parameter.name()).bytes().put(from);
    }
  }

  private List<Tensor> inputs(TorchScope batch, Inputs inputs, int[] examples) {
    if (inputs instanceof TokenInputs texts) {
      return texts(batch, texts, examples);
    }
    if (inputs instanceof RowInputs rows) {
      return rows(batch, rows, examples);
    }
    if (inputs instanceof ImageInputs && shape.pictures().isPresent()) {
      return List.of(ImageBatch.of(batch, inputs, examples, shape));
    }
    throw wrongInputs("a TorchScript file whose config.json names no num_channels");
  }

  private static int length(Inputs inputs, int[] examples) {
    return Arrays.stream(examples).map(inputs::length).max().orElse(1);
  }

  /** Tokens, and which of them are no padding: two tensors of whole numbers, (texts, length). */
  private List<Tensor> texts(TorchScope batch, TokenInputs texts, int[] examples) {
    int length = length(texts, examples);
    Tensor ids = batch.longs(examples.length, length);
    Tensor seen = batch.longs(examples.length, length);
    LongBuffer into = ids.longs();
    LongBuffer mask = seen.longs();
    for (int example : examples) {
      int[] own = texts.ids(example);
      for (int i = 0; i < length; i++) {
        into.put(i < own.length ? own[i] : shape.pad());
        mask.put(i < own.length && texts.seen(example, i) ? 1 : 0);
      }
    }
    return List.of(ids, seen);
  }

  /** Numbers, and behind them positions of categories where there are such columns. */
  private static List<Tensor> rows(TorchScope batch, RowInputs rows, int[] examples) {
    Input.Row first = rows.row().apply(examples[0]);
    Tensor features = batch.floats(examples.length, first.numbers().length);
    FloatBuffer into = features.floats();
    for (int example : examples) {
      into.put(rows.row().apply(example).numbers());
    }
    if (!rows.hasCategories()) {
      return List.of(features);
    }
    Tensor categories = batch.longs(examples.length, first.categories().length);
    LongBuffer words = categories.longs();
    for (int example : examples) {
      for (int word : rows.row().apply(example).categories()) {
        words.put(word);
      }
    }
    return List.of(features, categories);
  }
}
