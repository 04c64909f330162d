package io.tributary.training.finetune;

import io.tributary.federation.Digest;
import io.tributary.federation.plan.OptimizerState;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings an optimizer's state from the last round, and takes it along to the next. */
final class StateOfRound {
  private static final String FOLDER = "optimizer";

  private final TrainOrder order;
  private final Optimizer optimizer;
  private final Digest fits;
  private final List<String> notes = new ArrayList<>();

  StateOfRound(TrainOrder order, ModelValues values, LiveModel model, Optimizer optimizer) {
    this.order = order;
    this.optimizer = optimizer;
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
    if (kept() && order.optimizerState().isPresent()) {
      KeptState.restore(order.optimizerState().get(), optimizer, fits)
          .ifPresent(
              reason ->
                  notes.add(
                      "the optimizer's state of the last round is dropped, since "
                          + reason
                          + "; the optimizer starts fresh"));
    }
  }

  /** Writes the state beside the update, where the plan keeps it. */
  Optional<Path> keep() throws IOException {
    if (!kept()) {
      return Optional.empty();
    }
    Path folder = order.output().resolve(FOLDER);
    KeptState.write(folder, optimizer, fits);
    return Optional.of(folder);
  }

  List<String> notes() {
    return notes;
  }
}
