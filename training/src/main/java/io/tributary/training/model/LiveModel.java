package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Precision;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/**
 * A model live in torch. Belongs to the thread that opened it; everything native is freed when it
 * closes, and nothing but the parameters outlives a batch.
 */
public abstract class LiveModel implements AutoCloseable {
  private final TorchScope scope;
  private final LiveParameters parameters;
  private final Head head;
  private final TensorList values;
  private final TensorList gradients;
  private final TensorList noTensors;
  private ScriptLoss loss;
  private TorchScope maskScope;
  private List<Tensor> maskMemory = List.of();
  private TorchScope lastBatch;

  /** A run of dropout masks that lie behind each other: how many numbers, dropped how often. */
  public record Dropout(long count, double rate) {}

  protected LiveModel(TorchScope scope, LiveParameters parameters, Head head) {
    this.scope = scope;
    this.parameters = parameters;
    this.head = head;
    loss = ScriptLoss.of(scope, ScriptLoss.Choice.usual(head));
    values = parameters.values();
    gradients = parameters.gradients();
    noTensors = scope.list(List.of());
    maskScope = scope.child();
    lastBatch = scope.child();
  }

  /**
   * Loads a model.
   *
   * @param rows the tokens of every text it will be given; {@link TokenRows#none} without texts
   * @param training whether gradients will be asked for
   */
  public static LiveModel open(
      TorchRuntime runtime, TrainPlan plan, ModelValues values, TokenRows rows, boolean training)
      throws IOException {
    Architecture architecture = values.architecture();
    TorchScope scope = runtime.scope(architecture.script());
    try {
      var parameters = new LiveParameters(scope, architecture, rows, plan.what(), training);
      parameters.load(values);
      LiveModel model = architecture.live(scope, parameters, plan);
      model.use(ScriptLoss.Choice.of(plan.loss(), model.head, values.labels()));
      if (training) {
        model.recompute(plan.loop().recompute());
        model.precision(plan.loop().precision());
      }
      return model;
    } catch (IOException | RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  public LiveParameters parameters() {
    return parameters;
  }

  /** Scope that lives as long as the model, for an optimizer's state. */
  public TorchScope scope() {
    return scope;
  }

  public Head head() {
    return head;
  }

  /** Trains with another loss from now on. */
  public void use(ScriptLoss.Choice choice) {
    loss = ScriptLoss.of(scope, choice);
  }

  /**
   * Whether layers are computed again in the backward pass instead of being remembered (gradient
   * checkpointing, Chen et al., 2016): less memory, a third more work, the same gradients. Refused
   * by models whose passes are written by hand.
   */
  public void recompute(boolean on) {
    if (on) {
      throw cannotRecompute("this model");
    }
  }

  /**
   * In which numbers {@link #gradients} multiplies matrices; scores stay float32. Refused by models
   * whose passes are written for float32 alone.
   */
  public void precision(Precision wanted) {
    if (wanted != Precision.F32) {
      throw cannotMix("this model");
    }
  }

  /** The refusal of {@link #precision}. */
  static FederationException cannotMix(String what) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "plan.train.precision",
        "bf16",
        "f32 for " + what + ", whose passes are written for it alone",
        "Leave it out.");
  }

  /**
   * Two other sets of the trained numbers, of which a contrast draws features to one and away from
   * the other: weight · mean over examples of -log(e^(s near / t) / (e^(s near / t) + e^(s far /
   * t))), where s is the cosine of a feature to that of the other set (MOON, Li, He and Song, CVPR
   * 2021, equation 3).
   *
   * @param near in the order of {@link LiveParameters#trainable}
   * @param far the same
   * @param temperature t
   */
  public record Contrast(Tensor near, Tensor far, double weight, double temperature) {}

  /**
   * Adds a contrast to the loss from now on. Features are what the head sees, of pictures the mean
   * over places; those of the other sets are computed without dropout. Refused by models whose
   * passes are written by hand.
   */
  public void contrast(Contrast wanted) {
    throw cannotContrast("this model");
  }

  /** The refusal of {@link #contrast}. */
  static FederationException cannotContrast(String what) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "plan.train.algorithm",
        "moon",
        "another one for " + what + ", whose features before the head can't be had",
        "Choose another algorithm, or a family such as gpt2, llama, resnet or vit.");
  }

  /** The refusal of {@link #recompute}. */
  static FederationException cannotRecompute(String what) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "plan.train.recompute",
        "true",
        "false for " + what + ", whose passes are written by hand and remember little",
        "Leave it out, or lower batch-size.");
  }

  /**
   * How much the mean loss of a batch counts beside those of others: the weighted mean of batches'
   * gradients is that of one batch of them all.
   */
  public double weight(Inputs inputs, int[] batch) {
    return loss.weight(head, inputs, batch);
  }

  /**
   * Mean loss of a batch; its gradients are in the parameters' gradient memory afterwards. A batch
   * in which nothing counts has the loss 0 and no gradients.
   *
   * @param batch positions of the examples
   */
  public abstract double gradients(Inputs inputs, int[] batch, DropoutMasks masks);

  /**
   * The scores of a batch, without dropout: one row for each example, or for each of its tokens in
   * the order of the examples, without padding.
   *
   * @param into scope of the result
   */
  protected abstract Tensor scores(TorchScope into, Inputs inputs, int[] batch);

  /** The scores of a batch, row by row. */
  public float[] logits(Inputs inputs, int[] batch) {
    try (TorchScope own = scope.child()) {
      return copy(scores(own, inputs, batch));
    }
  }

  /**
   * How well the next tokens of a batch are foretold; only for language models.
   *
   * @param batch positions of the examples
   */
  public TokenSums foretold(Inputs inputs, int[] batch) {
    throw wrongInputs("a language model");
  }

  /**
   * A cache for one text that is to be continued; only for language models.
   *
   * @param room how many tokens the text may have at its end
   */
  public KeyValueCache cache(int room) {
    throw wrongInputs("a language model that continues texts");
  }

  /**
   * The scores of the token that follows a text.
   *
   * @param cache of what came before; the tokens are added to it
   * @param tokens the text's beginning, or one token that follows what is in the cache
   * @return one score for each token of the vocabulary
   */
  public float[] next(KeyValueCache cache, int[] tokens) {
    throw wrongInputs("a language model that continues texts");
  }

  static float[] copy(Tensor scores) {
    FloatBuffer from = scores.floats();
    float[] copy = new float[from.remaining()];
    from.get(copy);
    return copy;
  }

  protected final TensorList values() {
    return values;
  }

  protected final TensorList gradientList() {
    return gradients;
  }

  /** Where adapters sit, for a script's {@code Adapters}. */
  protected final long[] adapterIntegers(DropoutMasks masks) {
    return parameters.adapters().integers(masks);
  }

  /** Their scaling and dropout, for a script's {@code Adapters}. */
  protected final double[] adapterNumbers() {
    return parameters.adapters().numbers();
  }

  protected final TensorList noTensors() {
    return noTensors;
  }

  protected final ScriptLoss loss() {
    return loss;
  }

  /** Keeps the memory of a batch until the next batch is kept. */
  protected final void keep(TorchScope batch) {
    lastBatch.close();
    lastBatch = batch;
  }

  /**
   * The masks of a batch: one tensor of all runs behind each other, or none without dropout. Its
   * memory is used again by the next batch.
   *
   * @param batch scope of the list's tensor
   */
  protected final List<Tensor> masks(TorchScope batch, List<Dropout> runs, DropoutMasks masks) {
    long elements = runs.stream().mapToLong(Dropout::count).sum();
    if (!masks.active() || runs.stream().allMatch(run -> run.rate == 0) || elements == 0) {
      return List.of();
    }
    Tensor memory = maskMemory(elements);
    IntBuffer into = memory.bytes().asIntBuffer();
    int at = 0;
    for (Dropout run : runs) {
      into.limit(Math.toIntExact(at + run.count)).position(at);
      masks.fill(into, at, run.rate);
      at = into.limit();
      into.limit(into.capacity());
    }
    return List.of(batch.part(memory, 0, elements));
  }

  /** It grows as batches need it. */
  private Tensor maskMemory(long elements) {
    if (maskMemory.isEmpty() || maskMemory.get(0).elements() < elements) {
      maskScope.close();
      maskScope = scope.child();
      maskMemory = List.of(maskScope.floats(elements));
    }
    return maskMemory.get(0);
  }

  /**
   * The refusal of inputs or targets of another kind.
   *
   * @param what would take others
   */
  public static FederationException wrongInputs(String what) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        "examples",
        "of another kind",
        "what " + what + " takes",
        "Choose another base model or data.");
  }

  @Override
  public void close() {
    scope.close();
  }
}
