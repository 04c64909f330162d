package io.tributary.training.finetune;

import io.tributary.federation.plan.LoopPlan;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.finetune.TrainingLoop.Watch;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The first half of a round of FedRep (Collins et al., ICML 2021, algorithm 1): the node's own head
 * is trained while the rest stands still, so that nothing below the head is differentiated.
 */
final class HeadPhase {
  private static final String FOLDER = "head";

  private HeadPhase() {}

  /**
   * Trains the head.
   *
   * @param before the head as it was kept; empty: it starts anew
   * @param rows tokens of the inputs
   * @return the head, as a file of what is personal
   */
  static Path run(
      TrainOrder order,
      BaseModel base,
      TorchRuntime runtime,
      Optional<Path> before,
      Inputs train,
      TokenRows rows,
      Watch watch)
      throws IOException {
    Plan plan = order.plan();
    int epochs = plan.train().personal() instanceof PersonalPlan.FedRep rep ? rep.headEpochs() : 1;
    TrainPlan head = plan.train().withPart(new TrainedPart.Head()).withWork(epochs, LoopPlan.USUAL);
    Plan alone = plan.withTrain(head);
    try (ModelValues values =
            ModelValues.open(base, plan, order.trained(), order.statistics(), before);
        LiveModel model = LiveModel.open(runtime, head, values, rows, true);
        var loop = new TrainingLoop(model, head, rate(order, head, train.size()));
        var judge = new Validation(alone, model, List.of(), train, watch.cancelled())) {
      var streams = new RoundStreams(order, "head-");
      loop.run(train, streams.shuffle(), streams.dropout(), watch, judge);
      Path folder = order.output().resolve(FOLDER);
      return KeptTensors.write(folder, KeptTensors.PERSONAL, values.personal(), model.parameters());
    }
  }

  private static LearningRate rate(TrainOrder order, TrainPlan head, int examples) {
    return LearningRate.of(
        head.schedule(),
        head.optimizer().learningRate(),
        order.assignment().round().round(),
        order.plan().federation().rounds(),
        RoundWork.steps(head, examples));
  }
}
