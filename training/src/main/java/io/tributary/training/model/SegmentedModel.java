package io.tributary.training.model;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

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
  private static final int COUNTS = 8;

  private final Form form;
  private final long[] structure;
  private final int layers;
  private boolean recompute;

  public SegmentedModel(
      Architecture architecture, TorchScope scope, LiveParameters parameters, Form form) {
    super(scope, parameters, architecture.head());
    this.form = form;
    layers = architecture.layers();
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
      all.addAll(head().task().perToken() ? targets.rows() : batch.rows);
      double[] numbers = form.numbers();
      long[] counts = {
        values().tensors().size(),
        layers,
        recompute ? 1 : 0,
        batch.inputs.size(),
        weights.size(),
        dropped.size(),
        batch.sizes.length,
        numbers.length
      };
      return scope.differentiate(
          "gradients", all, join(counts, structure, batch.sizes), join(numbers, loss().kind()));
    }
  }

  private static long[] join(long[] counts, long[] structure, long[] sizes) {
    long[] all = Arrays.copyOf(counts, COUNTS + structure.length + sizes.length);
    System.arraycopy(structure, 0, all, COUNTS, structure.length);
    System.arraycopy(sizes, 0, all, COUNTS + structure.length, sizes.length);
    return all;
  }

  private static double[] join(double[] first, double[] second) {
    double[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
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
          form.numbers());
    }
  }
}
