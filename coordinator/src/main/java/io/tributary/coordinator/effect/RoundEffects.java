package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Effects;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.registry.AssignmentOffer;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.Figures;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.World;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RoundId;
import io.tributary.federation.plan.Plan;
import io.tributary.transport.artifact.DiskFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Executes effects: messages to nodes at once, work on pools of its own, and sends what came of it
 * back as events. Called by the driver's thread only, which it never blocks; throwing away old
 * checkpoints is done on that thread on purpose, so that no decision about new ones can come
 * between.
 */
public final class RoundEffects implements Effects {
  /**
   * What effects are executed with.
   *
   * @param judging reads updates; more than one thread judges several at once
   * @param aggregating one thread: one aggregation at a time uses all its means
   * @param evaluating one thread, since there is one worker
   * @param driver takes the results and tells the time
   * @param root the state folder, for messages
   */
  public record Parts(
      RoundWork work,
      Spool spool,
      CheckpointStore checkpoints,
      NodeRegistry registry,
      ExecutorService judging,
      ExecutorService aggregating,
      ExecutorService evaluating,
      RoundDriver driver,
      Failpoints failpoints,
      Path root) {}

  /** Work that may fail as files do. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RoundEffects.class);

  private final Parts parts;
  private Optional<PlanText> offered = Optional.empty();

  public RoundEffects(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
  }

  @Override
  public void execute(Effect effect) {
    if (effect instanceof Effect.OfferAssignment offer) {
      offer(offer);
    } else if (effect instanceof Effect.CancelAssignment cancel) {
      parts
          .registry()
          .link(cancel.assignment().node(), cancel.session())
          .ifPresent(link -> link.cancel(cancel.assignment(), cancel.reason()));
    } else if (effect instanceof Effect.JudgeUpdate judge) {
      on(parts.judging(), judge.assignment().round(), judge, () -> judge(judge));
    } else if (effect instanceof Effect.Aggregate aggregate) {
      on(parts.aggregating(), aggregate.round(), aggregate, () -> aggregate(aggregate));
    } else if (effect instanceof Effect.Evaluate evaluate) {
      on(parts.evaluating(), evaluate.round(), evaluate, () -> evaluate(evaluate));
    } else if (effect instanceof Effect.ClearSpool clear) {
      on(parts.judging(), clear.upTo(), clear, () -> parts.spool().clear(clear.upTo()));
    } else if (effect instanceof Effect.ClearUpdates clear) {
      on(parts.judging(), clear.before(), clear, () -> parts.spool().clear(clear.over()));
    } else if (effect instanceof Effect.ApplyRetention retention) {
      parts.checkpoints().drop(retention.drop());
    }
  }

  private void offer(Effect.OfferAssignment offer) {
    Duration left = Duration.between(parts.driver().now(), offer.closesAt());
    RunSpec spec = offer.spec();
    PlanText plan = text(spec);
    var message =
        new AssignmentOffer(
            offer.assignment(),
            offer.evaluates(),
            plan.text,
            plan.digest,
            spec.base(),
            offer.checkpoint().trained(),
            offer.checkpoint().statistics(),
            offer.evaluates() ? Optional.empty() : offer.checkpoint().control(),
            offer.evaluates() ? List.of() : spec.groups(offer.assignment()),
            left.isNegative() ? Duration.ZERO : left,
            offer.checkpoint().manifest().digest(),
            offer.lastCounted());
    parts
        .registry()
        .link(offer.assignment().node(), offer.session())
        .ifPresent(link -> link.assign(message));
  }

  /** A plan as it is sent. */
  private record PlanText(Plan plan, String text, Digest digest) {
    static PlanText of(Plan plan) {
      String text = plan.toJson().canonical();
      return new PlanText(plan, text, Digest.ofUtf8(text));
    }
  }

  /** The plan's text, made once for all cohorts of a run. The driver's thread. */
  @SuppressWarnings("ReferenceEquality") // comparing plans would cost what is to be saved
  private PlanText text(RunSpec spec) {
    PlanText known =
        offered.filter(last -> last.plan == spec.plan()).orElseGet(() -> PlanText.of(spec.plan()));
    offered = Optional.of(known);
    return known;
  }

  private void judge(Effect.JudgeUpdate effect) throws IOException {
    parts.driver().submit(new RoundEvent.JudgementReady(effect.id(), parts.work().judge(effect)));
  }

  private void aggregate(Effect.Aggregate effect) throws IOException {
    parts.failpoints().reach(Failpoints.AGGREGATION_STARTED);
    Candidate candidate;
    try {
      candidate = parts.work().aggregate(effect);
    } catch (FederationException e) {
      if (e.kind() != ErrorKind.REFUSED) {
        throw e;
      }
      LOG.warn("the candidate is not finite: {}", e.sentence());
      var none = new Candidate(effect.base(), new TreeMap<>());
      parts.driver().submit(new RoundEvent.AggregateReady(effect.id(), none, false));
      return;
    }
    parts
        .driver()
        .submit(new RoundEvent.AggregateReady(effect.id(), candidate, true))
        .whenComplete((answer, failure) -> settled(candidate.checkpoint(), answer));
  }

  /** A candidate that came too late for its run is thrown away, unless another made the same. */
  private void settled(Checkpoint candidate, @Nullable Answer answer) {
    parts.checkpoints().release(candidate);
    if (answer instanceof Answer.Stale) {
      World world = parts.driver().world();
      parts
          .checkpoints()
          .drop(
              candidate
                  .digests()
                  .filter(digest -> !world.names(digest))
                  .collect(Collectors.toSet()));
    }
  }

  private void evaluate(Effect.Evaluate effect) {
    parts.failpoints().reach(Failpoints.EVALUATION_STARTED);
    Figures figures = parts.work().evaluate(effect);
    parts.failpoints().reach(Failpoints.EVALUATION_FINISHED);
    parts.driver().submit(new RoundEvent.EvaluationReady(effect.id(), figures));
  }

  private void on(ExecutorService pool, RoundId round, Effect effect, Work work) {
    try {
      pool.execute(() -> guarded(round, effect, work));
    } catch (RejectedExecutionException e) {
      failed(effect, ErrorKind.INTERNAL, "its threads take no work (expected: running threads).");
    }
  }

  private void guarded(RoundId round, Effect effect, Work work) {
    MDC.put("run", round.run().value());
    MDC.put("round", Integer.toString(round.round()));
    try {
      work.run();
    } catch (FederationException e) {
      failed(effect, e.kind(), e.sentence());
    } catch (IOException e) {
      LOG.debug("{} failed", effect.id(), e);
      FederationException failure = DiskFailure.of(parts.root(), e);
      failed(effect, failure.kind(), failure.sentence());
    } catch (OutOfMemoryError e) {
      LOG.error("{} failed", effect.id(), e);
      failed(
          effect,
          ErrorKind.OUT_OF_MEMORY,
          "coordinator: out of memory (expected: room for the work). Give it more memory.");
    } catch (Throwable e) {
      // an Error too: an effect that tells nothing would leave its run waiting for ever
      LOG.error("{} failed", effect.id(), e);
      failed(effect, ErrorKind.INTERNAL, "defect: " + e + " (expected: none). See the log.");
    } finally {
      MDC.remove("run");
      MDC.remove("round");
    }
  }

  private void failed(Effect effect, ErrorKind kind, String sentence) {
    if (parts.evaluating().isShutdown()) {
      LOG.debug("cut short by the shutdown, done again at the next start: {}", effect.id());
      return;
    }
    LOG.warn("{}: {}", effect.id(), sentence);
    parts.driver().submit(new RoundEvent.EffectFailed(effect.id(), kind, sentence));
  }
}
