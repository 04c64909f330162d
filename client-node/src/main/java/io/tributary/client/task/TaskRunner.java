package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.cache.ArtifactCache;
import io.tributary.client.session.Offer;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.Progress;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs assignments one after the other: examine, fetch, train, keep. {@link #run} belongs to one
 * thread at a time; {@link #stop} may come from any. Whatever goes wrong ends one assignment with a
 * typed failure, never the node.
 */
public final class TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);

  private final TaskParts parts;
  private final BaseFetch fetch;
  private final Examination examination;
  private final TaskListener listener;
  private final Tickets tickets = new Tickets();

  public TaskRunner(TaskParts parts, Bulk bulk, TaskListener listener) {
    this.parts = requireNonNull(parts, "parts");
    this.listener = requireNonNull(listener, "listener");
    this.fetch = new BaseFetch(parts, bulk, listener);
    this.examination = new Examination(parts.policy(), parts.data(), parts.threads());
  }

  /** Announces work that waits for its turn, so that it can be given up before. */
  public void expect(long ticket) {
    tickets.expect(ticket);
  }

  /** Does the work of one ticket on the calling thread; returns when it ended in any way. */
  public void run(long ticket, Offer offer) {
    if (!tickets.enter(ticket)) {
      return;
    }
    LogContext.enter(offer.id());
    try (var use = parts.cache().use()) {
      perform(ticket, offer, use);
    } catch (FederationException e) {
      failed(ticket, offer.id(), e);
    } catch (RuntimeException e) {
      LOG.error("{}: the task failed unexpectedly", offer.id(), e);
      String sentence = "task: " + e + " (expected: none). Look into the node's log.";
      failed(ticket, offer.id(), new FederationException(ErrorKind.INTERNAL, sentence, e));
    } finally {
      LogContext.leave();
      tickets.leave(ticket);
    }
  }

  /** Gives the work of a ticket up, whether it runs or still waits for its turn. */
  public void stop(long ticket) {
    tickets.stop(ticket, () -> parts.worker().get().cancel());
  }

  private void failed(long ticket, AssignmentId id, FederationException failure) {
    if (!tickets.isStopped(ticket)) {
      LOG.warn("{}: {}", id, failure.sentence());
      listener.failed(id, ticket, failure.kind(), ToldOutside.sentence(failure));
    }
  }

  private void perform(long ticket, Offer offer, ArtifactCache.Use use) {
    lookAtData();
    Examination.Outcome outcome = examination.of(offer);
    Optional<Examination.Refusal> refusal = outcome.refusal().or(() -> fetch.refusal(offer, use));
    if (refusal.isPresent()) {
      LOG.info("{}: declined: {}", offer.id(), refusal.get().sentence());
      listener.declined(offer.id(), ticket, refusal.get().reason(), refusal.get().sentence());
      return;
    }
    listener.accepted(offer.id(), ticket);
    Path base = fetch.base(offer, use);
    var files =
        new CheckpointFiles(
            fetch.trained(offer, use), fetch.statistics(offer, use), fetch.control(offer, use));
    Plan plan = outcome.plan().orElseThrow();
    if (offer.work() == Offer.Work.EVALUATE) {
      evaluate(ticket, offer, plan, base, files);
      return;
    }
    train(ticket, offer, plan, base, files);
    if (!tickets.isStopped(ticket)) {
      listener.trained(offer.id(), ticket);
    }
  }

  /** Changed data are announced; data that broke are declined by the examination that follows. */
  private void lookAtData() {
    try {
      if (parts.data().changed()) {
        LOG.info("the site's data changed; their new card is announced");
        listener.dataChanged();
      }
    } catch (FederationException e) {
      LOG.warn("{}", e.sentence());
    }
  }

  private record CheckpointFiles(Path trained, Optional<Path> statistics, Optional<Path> control) {}

  private void train(long ticket, Offer offer, Plan plan, Path base, CheckpointFiles files) {
    LOG.info("{}: training", offer.id());
    RunId run = offer.id().round().run();
    Path folder = parts.updates().workFolder(offer.id());
    var order =
        new TrainOrder(
            offer.id(),
            plan,
            base,
            files.trained,
            parts.data().spec(),
            parts.updates().stepsPerRound(run),
            folder,
            parts.device(),
            files.statistics,
            files.control,
            parts.updates().keptStates().base(run, offer.lastCounted()));
    TrainOutcome outcome =
        parts
            .worker()
            .get()
            .train(
                order,
                progress -> progressed(ticket, offer.id(), TaskProgress.Step.TRAINING, progress));
    requireExpected(offer, outcome);
    outcome.notes().forEach(note -> LOG.warn("{}: {}", offer.id(), note));
    if (order.stepsPerRound() == 0 && outcome.stepsPerRound() > 0) {
      parts.updates().keepStepsPerRound(run, outcome.stepsPerRound());
    }
    outcome.kept().ifPresent(state -> parts.updates().keptStates().keep(offer.id(), state));
    parts
        .updates()
        .keep(
            new FinishedUpdate(
                offer.id(),
                offer.checkpoint(),
                outcome.groups(),
                outcome.examples(),
                outcome.steps(),
                outcome.metrics()));
    LOG.info("{}: trained on {} examples", offer.id(), outcome.examples());
  }

  private void evaluate(long ticket, Offer offer, Plan plan, Path base, CheckpointFiles files) {
    LOG.info("{}: evaluating", offer.id());
    var order =
        new EvaluateOrder(
            plan, base, files.trained, parts.data().spec(), parts.device(), files.statistics);
    EvaluationReport report =
        parts
            .worker()
            .get()
            .evaluate(
                order,
                progress -> progressed(ticket, offer.id(), TaskProgress.Step.VALIDATING, progress));
    Tally all =
        report
            .tally()
            .orElseThrow(
                () ->
                    FederationException.of(
                        ErrorKind.INTERNAL,
                        "evaluation",
                        "without sums",
                        "the sums that figures follow from",
                        "Use one version of Tributary at this site."));
    Tally told = parts.policy().shareLabelCounts() ? all : all.withoutCounts();
    if (!tickets.isStopped(ticket)) {
      listener.evaluated(offer.id(), ticket, told);
    }
    LOG.info("{}: evaluated on {} examples", offer.id(), report.examples());
  }

  private void progressed(long ticket, AssignmentId id, TaskProgress.Step step, Progress progress) {
    if (tickets.isStopped(ticket)) {
      parts.worker().get().cancel(); // it was given up just before the worker began
    }
    listener.progressed(
        new TaskProgress(
            id,
            step,
            progress.done(),
            progress.total(),
            progress.examplesPerSecond(),
            progress.loss()));
  }

  private static void requireExpected(Offer offer, TrainOutcome outcome) {
    for (Offer.GroupNeeded needed : offer.groups()) {
      boolean there = outcome.groups().stream().anyMatch(group -> matches(needed, group));
      if (!there || outcome.groups().size() != offer.groups().size()) {
        throw FederationException.of(
            ErrorKind.INTERNAL,
            "update",
            outcome.groups().stream()
                .map(group -> group.name() + " of " + group.bytes() + " bytes")
                .toList(),
            needed.name() + " of " + needed.size() + " bytes and the layout that was asked for",
            "Use one version of Tributary at all sites.");
      }
    }
  }

  private static boolean matches(Offer.GroupNeeded needed, GroupFile group) {
    return needed.name().equals(group.name())
        && needed.layout().equals(group.layout())
        && needed.codec().equals(group.codec())
        && needed.size() == group.bytes();
  }
}
