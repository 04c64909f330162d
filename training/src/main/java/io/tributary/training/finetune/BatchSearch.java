package io.tributary.training.finetune;

import io.tributary.federation.DeviceChoice;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.BatchPlan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.Machine;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Finds the size for {@code batch-size: auto}: gradients of the longest examples are computed in
 * growing batches, until memory would not hold the next. Moves nothing: statistics that the passes
 * changed are put back.
 */
final class BatchSearch {
  /** Gradients summed over batches, and at most three numbers that an optimizer has for each. */
  private static final int RESERVED = 4;

  private final LiveModel model;
  private final Inputs inputs;
  private final boolean gpu;

  BatchSearch(LiveModel model, Inputs inputs, DeviceChoice device) {
    this.model = model;
    this.inputs = inputs;
    this.gpu = device.isGpu();
  }

  /**
   * The plan with the size that fits; the plan itself where it says a number.
   *
   * @param statistics names of the parameters that training changes without an optimizer
   */
  TrainPlan resolve(TrainPlan plan, List<String> statistics) {
    if (!plan.batch().fitting()) {
      return plan;
    }
    int most = Math.min(plan.batchSize(), inputs.size());
    long elements = model.parameters().trainable().gradients().elements();
    try (TorchScope scope = model.scope().child();
        var live =
            new BestWeights(
                model.scope().child(),
                model.parameters().trainable().values(),
                statistics.stream().map(model.parameters()::bytes).toList())) {
      live.remember(0);
      if (gpu) {
        scope.floats(RESERVED * elements);
      }
      int[] longest = longest();
      int found = search(elements).largest(most, size -> attempt(Arrays.copyOf(longest, size)));
      live.restore();
      return plan.withBatch(new BatchPlan(found, true));
    }
  }

  private FittingBatch search(long elements) {
    if (gpu) {
      return new FittingBatch(0, Long.MAX_VALUE); // the device says when it has no more
    }
    OptionalLong bound = Machine.boundBytes();
    if (bound.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.batch-size: auto",
          "this system does not tell how much memory is in use",
          "Linux, or a GPU",
          "Set a number.");
    }
    long reserved = RESERVED * elements * Float.BYTES;
    return new FittingBatch(peak(() -> {}), Math.max(0, bound.getAsLong() - reserved));
  }

  private OptionalLong attempt(int[] batch) {
    try {
      if (gpu) {
        model.gradients(inputs, batch, DropoutMasks.of(0, 0));
        return OptionalLong.of(0);
      }
      return OptionalLong.of(peak(() -> model.gradients(inputs, batch, DropoutMasks.of(0, 0))));
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.OUT_OF_MEMORY) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  private static long peak(Runnable work) {
    try {
      Machine.forgetPeak();
      work.run();
      return Machine.peakBytes().orElse(Long.MAX_VALUE);
    } catch (IOException e) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.train.batch-size: auto",
          "the peak of memory can't be asked for, " + e.getMessage(),
          "a /proc/self/clear_refs that can be written",
          "Set a number.");
    }
  }

  private int[] longest() {
    return IntStream.range(0, inputs.size())
        .boxed()
        .sorted(Comparator.comparingInt((Integer example) -> -inputs.length(example)))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
