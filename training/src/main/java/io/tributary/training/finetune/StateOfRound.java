package io.tributary.training.finetune;

import io.tributary.federation.Digest;
import io.tributary.federation.plan.OptimizerState;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Brings what was kept with the last round, and takes it along to the next. */
final class StateOfRound {
  private static final String FOLDER = "kept";

  private final TrainOrder order;
  private final Optimizer optimizer;
  private final Digest fits;
  private final LocalAlgorithm algorithm;
  private final List<String> notes;

  /**
   * @param notes takes what a person at the site should know
   */
  StateOfRound(
      TrainOrder order,
      ModelValues values,
      LiveModel model,
      TrainingLoop loop,
      LocalAlgorithm algorithm,
      List<String> notes) {
    this.order = order;
    this.optimizer = loop.optimizer();
    this.algorithm = algorithm;
    this.notes = notes;
    fits =
        Digest.ofUtf8(
            order.plan().train().optimizer().name().token()
                + values.trained().digest()
                + model.parameters().rows().digest());
  }

  private boolean kept() {
    return order.plan().train().loop().state() == OptimizerState.KEEP;
  }

  /** Goes on from the state that the order names, if it fits. */
  void restore() {
    if (kept() && order.kept().isPresent()) {
      KeptState.restore(order.kept().get(), optimizer, fits)
          .ifPresent(
              reason ->
                  notes.add(
                      "the optimizer's state of the last round is dropped, since "
                          + reason
                          + "; the optimizer starts fresh"));
    }
  }

  /**
   * Writes beside the update what the plan keeps.
   *
   * @param delta the update's deltas, written
   */
  Optional<Path> keep(GroupFile delta) throws IOException {
    if (!order.plan().keepsState()) {
      return Optional.empty();
    }
    Path folder = order.output().resolve(FOLDER);
    if (kept()) {
      KeptState.write(folder, optimizer, fits);
    }
    algorithm.keep(folder, delta);
    return Optional.of(folder);
  }
}
