package io.tributary.training.model;

import io.tributary.federation.plan.Precision;
import io.tributary.federation.plan.Task;
import io.tributary.training.torch.ScalarType;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model whose script says only how it runs forward, as {@code embed}, {@code layer} and {@code
 * head}; {@code segments.py} differentiates each of these parts for itself, from the head down, and
 * puts gradients where they belong before it goes on. So at any time there are gradients of one
 * part beside the parameters' own memory, and nothing is recorded below the lowest trained part.
 */
public final class SegmentedModel extends LiveModel {
  /** How a family turns inputs into what its script takes. */
  public interface Form {
    /**
     * A batch; its tensors belong to the scope.
     *
     * @param examples positions in the inputs
     */
    Batch batch(TorchScope scope, LiveParameters parameters, Inputs inputs, int[] examples);

    /** Numbers of the model that do not change, such as the epsilon of its norms. */
    double[] numbers();
  }

  /**
   * A batch in the form of the script.
   *
   * @param inputs {@code w.inputs}
   * @param sizes {@code w.sizes}
   * @param length tokens of each padded example; 1 where there are none
   * @param rows which rows the head sees where answers are for examples: one tensor, or none for
   *     all rows
   * @param dropout what each {@code w.drop} of the script takes, in its order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Batch(
      List<Tensor> inputs, long[] sizes, int length, List<Tensor> rows, List<Dropout> dropout) {
    public Batch {
      inputs = List.copyOf(inputs);
      rows = List.copyOf(rows);
      dropout = List.copyOf(dropout);
    }
  }

  private static final int FROZEN = 0;
  private static final int OWN = 1;
  private static final int SHARED = 2;

  private final Form form;
  private final long[] structure;
  private final int layers;
  private final Optional<KeyValueCache.Shape> cached;
  private boolean recompute;
  private Precision precision = Precision.F32;
  private Optional<Contrast> contrast = Optional.empty();
  private List<Tensor> others = List.of();

  public SegmentedModel(
      Architecture architecture, TorchScope scope, LiveParameters parameters, Form form) {
    super(scope, parameters, architecture.head());
    this.form = form;
    layers = architecture.layers();
    cached = architecture.cached();
    structure = structure(parameters, architecture.shared());
  }

  /** Depth of each slot, then what is done with each. */
  private static long[] structure(LiveParameters parameters, Set<String> shared) {
    int count = parameters.slots().size();
    long[] structure = new long[2 * count];
    for (int i = 0; i < count; i++) {
      Slot slot = parameters.slots().get(i);
      structure[i] = slot.depth();
      boolean more = slot.parameters().stream().anyMatch(p -> shared.contains(p.name()));
      structure[count + i] = !parameters.moves(i) ? FROZEN : more ? SHARED : OWN;
    }
    return structure;
  }

  @Override
  public void recompute(boolean on) {
    recompute = on;
  }

  @Override
  public void precision(Precision wanted) {
    precision = wanted;
  }

  @Override
  public void contrast(Contrast wanted) {
    contrast = Optional.of(wanted);
    others =
        Stream.of(wanted.near(), wanted.far())
            .flatMap(numbers -> parameters().valuesOver(numbers).stream())
            .toList();
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    try (TorchScope scope = scope().child()) {
      Batch batch = form.batch(scope, parameters(), inputs, examples);
      BatchTargets targets = BatchTargets.of(scope, head(), inputs, examples, batch.length);
      List<Tensor> dropped = masks(scope, batch.dropout, masks);
      List<Tensor> weights = loss().weights().tensors();
      List<Tensor> all = new ArrayList<>(values().tensors());
      all.addAll(gradientList().tensors());
      all.addAll(batch.inputs);
      all.add(targets.target());
      all.addAll(weights);
      all.addAll(dropped);
      all.addAll(others);
      all.addAll(head().task().perToken() ? targets.rows() : batch.rows);
      double[] numbers = form.numbers();
      long[] adapters = adapterIntegers(masks);
      long[] counts = {
        values().tensors().size(),
        layers,
        recompute ? 1 : 0,
        batch.inputs.size(),
        weights.size(),
        dropped.size(),
        batch.sizes.length,
        numbers.length,
        adapters.length,
        others.size(),
        ScalarType.of(precision)
      };
      return scope.differentiate(
          "gradients",
          all,
          join(counts, structure, batch.sizes, adapters),
          join(adapterNumbers(), contrastNumbers(), numbers, loss().kind()));
    }
  }

  private double[] contrastNumbers() {
    return contrast
        .map(wanted -> new double[] {wanted.weight(), wanted.temperature()})
        .orElseGet(() -> new double[] {0, 1});
  }

  private static long[] join(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
  }

  private static double[] join(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
    return scores(into, inputs, examples, false);
  }

  /**
   * The scores of a batch as a training step without dropout has them, row by row: where a model
   * keeps statistics, by those of the batch itself. Changes nothing.
   */
  public float[] logitsInTraining(Inputs inputs, int[] examples) {
    try (TorchScope own = scope().child()) {
      return copy(scores(own, inputs, examples, true));
    }
  }

  private Tensor scores(TorchScope into, Inputs inputs, int[] examples, boolean training) {
    try (TorchScope scope = scope().child()) {
      Batch batch = form.batch(scope, parameters(), inputs, examples);
      List<Tensor> rows =
          head().task().perToken()
              ? BatchTargets.everyToken(scope, inputs, examples, batch.length)
              : batch.rows;
      return into.call(
          "scores",
          values(),
          scope.list(batch.inputs),
          scope.list(rows),
          (long) layers,
          batch.sizes,
          form.numbers(),
          training,
          adapterIntegers(DropoutMasks.NONE),
          adapterNumbers());
    }
  }

  /** Scores of at most this many tokens are held at once, whatever the vocabulary. */
  private static final long ROWS = 256;

  @Override
  public TokenSums foretold(Inputs inputs, int[] examples) {
    try (TorchScope scope = scope().child()) {
      Batch batch = form.batch(scope, parameters(), inputs, examples);
      BatchTargets targets = BatchTargets.of(scope, head(), inputs, examples, batch.length);
      FloatBuffer each =
          scope
              .call(
                  "foretold",
                  values(),
                  scope.list(batch.inputs),
                  targets.rows().get(0),
                  targets.target(),
                  (long) layers,
                  batch.sizes,
                  form.numbers(),
                  ROWS,
                  adapterIntegers(DropoutMasks.NONE),
                  adapterNumbers())
              .floats();
      return sums((Targets.TokenLabels) inputs.targets(), examples, each);
    }
  }

  /** Losses and hits lie in the order of the examples' tokens that count. */
  private static TokenSums sums(Targets.TokenLabels labels, int[] examples, FloatBuffer each) {
    long[] counted = new long[examples.length];
    long[] right = new long[examples.length];
    double[] losses = new double[examples.length];
    for (int i = 0; i < examples.length; i++) {
      int[] own = labels.labels(examples[i]);
      for (int t = 1; t < own.length; t++) {
        if (own[t] >= 0) {
          counted[i]++;
          losses[i] += each.get();
          right[i] += each.get() > 0 ? 1 : 0;
        }
      }
    }
    return new TokenSums(counted, right, losses);
  }

  @Override
  public KeyValueCache cache(int room) {
    if (cached.isEmpty() || head().task().output() != Task.Output.NEXT_TOKEN) {
      return super.cache(room);
    }
    return KeyValueCache.open(scope(), cached.get(), layers, room);
  }

  @Override
  public float[] next(KeyValueCache cache, int[] tokens) {
    if (tokens.length == 0
        || tokens.length > cache.room() - cache.filled()
        || (cache.filled() > 0 && tokens.length > 1)) {
      throw new IllegalArgumentException(
          tokens.length + " tokens behind " + cache.filled() + " of " + cache.room());
    }
    int[][] one = {tokens};
    var inputs = new TokenInputs(one, new int[0][], new Targets.TokenLabels(one));
    try (TorchScope scope = scope().child()) {
      Batch batch = form.batch(scope, parameters(), inputs, new int[] {0});
      FloatBuffer from =
          scope
              .call(
                  "decode",
                  values(),
                  scope.list(batch.inputs),
                  cache.tensors(),
                  (long) layers,
                  (long) cache.filled(),
                  batch.sizes,
                  form.numbers(),
                  adapterIntegers(DropoutMasks.NONE),
                  adapterNumbers())
              .floats();
      cache.grow(tokens.length);
      float[] scores = new float[from.remaining()];
      from.get(scores);
      return scores;
    }
  }
}
