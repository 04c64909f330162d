package io.tributary.coordinator.rpc;

import io.tributary.coordinator.driver.LiveProgress;
import io.tributary.coordinator.driver.RunSnapshot;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.ClassFigures;
import io.tributary.coordinator.round.CompletionReason;
import io.tributary.coordinator.round.Figures;
import io.tributary.coordinator.round.MetricFigure;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.SiteFigures;
import io.tributary.coordinator.round.SitesRecord;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.plan.EvaluationPlan;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.ClassView;
import io.tributary.proto.v1.EvaluationView;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.MetricView;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.SiteView;
import io.tributary.proto.v1.SitesView;
import java.time.Duration;
import java.util.Map;

/** Runs as operators see them. */
final class RunViews {
  private static final double NANOS_PER_SECOND = 1e9;

  private RunViews() {}

  /** The whole run. */
  static RunView of(RunSnapshot snapshot) {
    return view(snapshot, 0).setPlan(snapshot.state().plan().toJson().canonical()).build();
  }

  /**
   * What may have changed for somebody who has the plan.
   *
   * @param rounds that he has too: so many are left out
   */
  static RunView after(RunSnapshot snapshot, int rounds) {
    return view(snapshot, rounds).build();
  }

  private static RunView.Builder view(RunSnapshot snapshot, int leftOut) {
    RunState run = snapshot.state();
    RunView.Builder view =
        RunView.newBuilder()
            .setRun(run.run().value())
            .setPlanDigest(run.spec().planDigest().toString())
            .setState(run.phase().token())
            .setReason(reason(snapshot))
            .setRound(run.open().round())
            .setAttempt(run.open().attempt())
            .setStarted(Times.timestamp(run.marks().started()))
            .setFinalDigest(run.finalDigest().toString())
            .setChange(snapshot.change())
            .setDeterminism(run.determinism());
    run.spec().from().ifPresent(round -> view.setFrom(round.toString()));
    run.marks().ended().map(Times::timestamp).ifPresent(view::setEnded);
    EvaluationPlan evaluation = run.plan().evaluation();
    run.rounds().stream().skip(leftOut).forEach(round -> view.addRounds(round(round, evaluation)));
    // the open round, or the one in which the run was stopped or failed
    if (run.rounds().size() <= run.open().round()) {
      run.open()
          .cohort()
          .values()
          .forEach(record -> view.addCohort(assignment(record, snapshot.progress())));
    }
    run.best().ifPresent(best -> view.setBestRound(best.round()));
    run.test().map(RunViews::figures).ifPresent(view::setTest);
    return view;
  }

  private static String reason(RunSnapshot snapshot) {
    return snapshot.reason().isEmpty()
        ? snapshot.state().completion().map(CompletionReason::token).orElse("")
        : snapshot.reason();
  }

  private static RoundView round(RoundRecord round, EvaluationPlan evaluation) {
    RoundView.Builder view =
        RoundView.newBuilder()
            .setRound(round.round())
            .setEvaluation(figures(round.figures()))
            .setSeconds(seconds(round.duration()))
            .setBytesDown(round.bytesDown())
            .setBytesUp(round.bytesUp())
            .setUpdates(round.updates())
            .setRefused(round.refused())
            .setAttempts(round.attempts())
            .setCheckpoint(round.checkpoint().manifest().digest().toString())
            .setTrained(round.checkpoint().trained().digest().toString());
    round.cohort().forEach(record -> view.addCohort(assignment(record, Map.of())));
    round.sites().ifPresent(sites -> view.setSites(sites(sites, evaluation)));
    round.measures().forEach((name, value) -> view.addMeasures(named(name, value)));
    return view.build();
  }

  private static SitesView sites(SitesRecord sites, EvaluationPlan evaluation) {
    SitesView.Builder view = SitesView.newBuilder();
    sites.together().map(RunViews::figures).ifPresent(view::setTogether);
    sites.worst(evaluation.metric()).ifPresent(site -> view.setWorst(site.node().value()));
    for (SiteFigures site : sites.sites()) {
      SiteView.Builder one =
          SiteView.newBuilder()
              .setNode(site.node().value())
              .setExamples(site.examples())
              .setReason(site.reason());
      site.figures().forEach((name, value) -> one.addMetrics(named(name, value)));
      view.addSites(one);
    }
    return view.build();
  }

  private static EvaluationView figures(Figures figures) {
    EvaluationView.Builder view =
        EvaluationView.newBuilder()
            .setExamples(figures.examples())
            .setLoss(figures.loss())
            .setAccuracy(orZero(figures.accuracy()))
            .setAccuracyLow(orZero(figures.accuracyLow()))
            .setAccuracyHigh(orZero(figures.accuracyHigh()))
            .setMacroF1(orZero(figures.macroF1()));
    figures.classes().forEach(label -> view.addClasses(label(label)));
    figures.metrics().forEach((name, figure) -> view.addMetrics(metric(name, figure)));
    return view.build();
  }

  private static double orZero(double figure) {
    return Double.isFinite(figure) ? figure : 0;
  }

  private static MetricView metric(String name, MetricFigure figure) {
    MetricView.Builder view = MetricView.newBuilder().setName(name).setValue(figure.value());
    figure
        .interval()
        .ifPresent(ends -> view.setHasInterval(true).setLow(ends.low()).setHigh(ends.high()));
    return view.build();
  }

  private static ClassView label(ClassFigures figures) {
    return ClassView.newBuilder()
        .setLabel(figures.label())
        .setPrecision(figures.precision())
        .setRecall(figures.recall())
        .setF1(figures.f1())
        .setSupport(figures.support())
        .build();
  }

  private static AssignmentView assignment(
      AssignmentRecord record, Map<AssignmentId, LiveProgress> live) {
    AssignmentView.Builder view =
        AssignmentView.newBuilder()
            .setNode(record.node().value())
            .setAssignment(record.id().toString())
            .setState(record.stage().token())
            .setWork(record.evaluates() ? "evaluate" : "train")
            .setReason(record.reason());
    record.update().ifPresent(update -> update(view, update));
    record.tally().ifPresent(tally -> view.setExamples(tally.examples()));
    record.norm().ifPresent(view::setNorm);
    LiveProgress progress = live.get(record.id());
    if (progress != null && record.stage() == AssignmentStage.ACCEPTED) {
      progress(view, progress);
    }
    return view.build();
  }

  private static void update(AssignmentView.Builder view, UpdateFacts update) {
    view.setExamples(update.examples());
    update.metrics().forEach((name, value) -> view.addMetrics(named(name, value)));
  }

  private static Metric named(String name, double value) {
    return Metric.newBuilder().setName(name).setValue(value).build();
  }

  private static void progress(AssignmentView.Builder view, LiveProgress progress) {
    view.setState(progress.stage().token())
        .setDone(progress.done())
        .setTotal(progress.total())
        .setPerSecond(progress.perSecond())
        .setLoss(progress.loss());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS_PER_SECOND;
  }
}
