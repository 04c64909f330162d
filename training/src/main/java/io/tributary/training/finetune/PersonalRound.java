package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.LoopPlan;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.finetune.TrainingLoop.Watch;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is a node's own in one round: parts of the model, or a whole model beside the shared one.
 * Works in the memory of the shared model once that has been written, so it needs none of its own
 * but an anchor.
 */
final class PersonalRound {
  private final TrainOrder order;
  private final PersonalPlan personal;
  private final BaseModel base;
  private final LiveModel model;
  private final ModelValues received;

  PersonalRound(TrainOrder order, BaseModel base, LiveModel model, ModelValues received) {
    this.order = order;
    this.personal = order.plan().train().personal();
    this.base = base;
    this.model = model;
    this.received = received;
  }

  /**
   * The part that is the node's own, as it was kept; empty: it starts anew.
   *
   * @param notes takes what a person at the site should know
   */
  static Optional<Path> keptPart(TrainOrder order, BaseModel base, List<String> notes) {
    return order.plan().train().personal().keepsParts()
        ? found(order, KeptTensors.PERSONAL, TrainedLayout.personal(base, order.plan()), notes)
        : Optional.empty();
  }

  private static Optional<Path> found(
      TrainOrder order, String name, Layout layout, List<String> notes) {
    KeptTensors.Found found = KeptTensors.find(order.kept(), name, layout);
    found
        .dropped()
        .ifPresent(
            why ->
                notes.add(
                    "the personal model of the last round is dropped, since "
                        + why
                        + "; it starts anew"));
    return found.file();
  }

  /**
   * Trains and writes what is the node's own, after the update was written.
   *
   * @param folder of what is kept
   * @return figures of the personal model
   */
  SortedMap<String, Double> after(
      Path folder, Inputs train, Inputs validation, Watch watch, List<String> notes)
      throws IOException {
    var figures = new SiteFigures(order.plan(), model, validation);
    if (!personal.equals(PersonalPlan.none())) {
      PersonalModel.writePlan(folder, order.plan());
    }
    if (personal.keepsParts()) {
      write(folder, KeptTensors.PERSONAL, received.personal());
      write(folder, KeptTensors.SHARED, received.trained());
      write(folder, KeptTensors.SHARED_STATISTICS, received.statistics());
      return figures.of(SiteFigures.PERSONAL);
    }
    if (personal instanceof PersonalPlan.Apfl) {
      Layout layout = received.trained();
      Path mixed =
          KeptTensors.find(Optional.of(folder), KeptTensors.PERSONAL, layout).file().orElseThrow();
      try (FloatFile mixture = FloatFile.open(Optional.of(mixed), layout)) {
        FloatFile.fill(
            model.parameters().trainable().values(), model.parameters().trainable(), mixture::read);
      }
      return figures.of(SiteFigures.PERSONAL);
    }
    if (personal.hasOwnModel()) {
      trainOwn(train, watch, notes);
      write(folder, KeptTensors.PERSONAL, received.trained());
      write(folder, KeptTensors.PERSONAL_STATISTICS, received.statistics());
      return figures.of(SiteFigures.PERSONAL);
    }
    return new TreeMap<>();
  }

  private void write(Path folder, String name, Layout layout) throws IOException {
    if (!layout.tensors().isEmpty()) {
      KeptTensors.write(folder, name, layout, model.parameters());
    }
  }

  private void trainOwn(Inputs train, Watch watch, List<String> notes) throws IOException {
    model.parameters().reload(received);
    double lambda = personal instanceof PersonalPlan.Ditto ditto ? ditto.lambda() : 0;
    Plan plan = order.plan().withTrain(work());
    try (LocalAlgorithm near =
            lambda > 0
                ? new Proximal(model.scope(), model.parameters().trainable(), lambda)
                : LocalAlgorithm.none();
        var loop = new TrainingLoop(model, plan.train(), rate(plan, train.size()), near);
        var judge = new Validation(plan, model, List.of(), train, watch.cancelled())) {
      if (personal instanceof PersonalPlan.Ditto) {
        goOn(notes);
      }
      var streams = new RoundStreams(order, "personal-");
      loop.run(train, streams.shuffle(), streams.dropout(), watch, judge);
    }
  }

  /** Fine-tuning has epochs of its own; other own models are trained as much as the shared one. */
  private TrainPlan work() {
    TrainPlan plan = order.plan().train();
    return personal instanceof PersonalPlan.FineTune tune
        ? plan.withWork(tune.epochs(), LoopPlan.USUAL)
        : plan.withWork(plan.epochs(), plan.loop());
  }

  private LearningRate rate(Plan plan, int examples) {
    boolean alone = personal instanceof PersonalPlan.FineTune;
    return LearningRate.of(
        plan.train().schedule(),
        plan.train().optimizer().learningRate(),
        alone ? 1 : order.assignment().round().round(),
        alone ? 1 : plan.federation().rounds(),
        RoundWork.steps(plan.train(), examples));
  }

  /** Brings the own model of the last round into the live memory. */
  private void goOn(List<String> notes) throws IOException {
    Optional<Path> own = found(order, KeptTensors.PERSONAL, received.trained(), notes);
    if (own.isEmpty()) {
      return;
    }
    Layout beside = received.statistics();
    Optional<Path> statistics =
        beside.tensors().isEmpty()
            ? Optional.empty()
            : found(order, KeptTensors.PERSONAL_STATISTICS, beside, notes);
    try (ModelValues kept =
        ModelValues.open(base, order.plan(), own.get(), statistics.or(order::statistics))) {
      model.parameters().reload(kept);
    }
  }
}
