package io.tributary.training.finetune;

import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a node does beside plain steps in one round, and what comes of it: a group of the update, or
 * something that stays at the node. Belongs to the thread of the model.
 */
interface LocalAlgorithm extends AutoCloseable {
  /** Plain steps. */
  static LocalAlgorithm none() {
    return new LocalAlgorithm() {};
  }

  /**
   * Before each step, and before gradients are clipped.
   *
   * @param whole what the gradient memory is to be divided by to be a mean
   */
  default void beforeStep(double whole) {}

  /** The step's batches once more. */
  @FunctionalInterface
  interface Again {
    /**
     * Puts the gradients at the live numbers into the gradient memory.
     *
     * @return what they are to be divided by to be a mean, clipped as the plan says
     */
    double gradients();
  }

  /**
   * After each step.
   *
   * @param rate the step's learning rate
   * @param again gives the gradients of the same batches at other numbers
   */
  default void afterStep(double rate, Again again) {}

  /**
   * Writes the group that travels beside the deltas, where there is one.
   *
   * @param folder of the update's files
   * @param delta the update's deltas, written
   * @param rates sum of the learning rates of the steps that made them
   */
  default Optional<GroupFile> group(Path folder, GroupFile delta, double rates) throws IOException {
    return Optional.empty();
  }

  /**
   * Writes what the next round goes on from; called after {@link #group}.
   *
   * @param folder of what is kept
   * @param delta the update's deltas, written
   */
  default void keep(Path folder, GroupFile delta) throws IOException {}

  @Override
  default void close() {}
}
