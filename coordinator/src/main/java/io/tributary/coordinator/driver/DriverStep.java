package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Decision;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.World;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One turn of the driver's loop. Owned by the driver's thread. */
final class DriverStep {
  private static final Logger LOG = LoggerFactory.getLogger(RoundDriver.class);

  /** An answer that waits for the commit. */
  private record Reply(CompletableFuture<Answer> to, Answer answer) {}

  private final JournalWait journal;
  private final Effects effects;
  private final Failpoints failpoints;
  private final RoundDriver driver;
  private final ExecutedEffects executed = new ExecutedEffects();

  DriverStep(JournalWait journal, Effects effects, DriverOptions options, RoundDriver driver) {
    this.journal = journal;
    this.effects = effects;
    this.failpoints = options.failpoints();
    this.driver = driver;
  }

  /** Takes a batch; an empty one means that time passed. */
  void take(List<Inbox.Item> items, Instant now) {
    try {
      turn(items, now);
    } catch (RuntimeException | Error e) {
      var reason = new FederationException(ErrorKind.NOT_READY, notTaken(e), e);
      items.forEach(item -> item.answer().completeExceptionally(reason));
      throw e;
    }
  }

  private void turn(List<Inbox.Item> items, Instant now) {
    RoundMachine before = driver.machine();
    RoundMachine provisional = before;
    List<Staged> staged = new ArrayList<>();
    List<Effect> messages = new ArrayList<>();
    List<Reply> replies = new ArrayList<>();
    for (Inbox.Item item : withTime(items)) {
      Decision decision = decide(provisional, item.event(), now);
      provisional = decision.next();
      staged.addAll(decision.transitions());
      messages.addAll(decision.messages());
      replies.add(new Reply(item.answer(), decision.answer()));
    }
    commit(staged);
    driver.become(provisional);
    tell(before.world(), provisional.world(), staged);
    failpoints.reach(Failpoints.BEFORE_EFFECTS);
    messages.forEach(this::execute);
    executed.fresh(provisional).forEach(this::execute);
    failpoints.reach(Failpoints.BEFORE_ANSWERS);
    replies.forEach(this::answer);
  }

  private static List<Inbox.Item> withTime(List<Inbox.Item> items) {
    return items.isEmpty()
        ? List.of(new Inbox.Item(new RoundEvent.TimePassed(), new CompletableFuture<>()))
        : items;
  }

  /** A defect about one run holds that run; one that concerns no run ends the driver. */
  private static Decision decide(RoundMachine machine, RoundEvent event, Instant now) {
    try {
      return machine.decide(event, now);
    } catch (RuntimeException e) {
      Optional<RunId> run = event.concerns();
      if (run.isEmpty()) {
        throw e;
      }
      LOG.error("run {}: {} could not be decided", run.get(), event.getClass().getSimpleName(), e);
      String sentence = "defect in the coordinator: " + e.getMessage();
      return machine.decide(new RoundEvent.DefectFound(run.get(), sentence), now);
    }
  }

  private void commit(List<Staged> staged) {
    if (staged.isEmpty()) {
      return;
    }
    failpoints.reach(Failpoints.BEFORE_COMMIT);
    if (failpoints.armed()) {
      staged.forEach(s -> failpoints.reach(Failpoints.before(s.transition().kind())));
    }
    journal.append(staged);
    failpoints.reach(Failpoints.AFTER_COMMIT);
    if (failpoints.armed()) {
      staged.forEach(s -> failpoints.reach(Failpoints.after(s.transition().kind())));
    }
  }

  private void tell(World before, World after, List<Staged> staged) {
    Set<RunId> changed = new TreeSet<>();
    staged.forEach(s -> changed.add(s.run()));
    driver.progress().prune();
    for (RunId run : changed) {
      RunState state = after.find(run).orElseThrow();
      log(before.find(run), state);
      driver.watchers().journaled(run, state.marks().sequence());
    }
    // a roster that changed is another value; comparing 10,000 members would take long
    if (before.roster() != after.roster()) {
      after.runs().values().stream()
          .filter(run -> run.phase().active() && !changed.contains(run.run()))
          .forEach(run -> driver.watchers().live(run.run()));
    }
  }

  private static void log(Optional<RunState> before, RunState after) {
    boolean same =
        before
            .filter(
                state ->
                    state.phase() == after.phase()
                        && state.open().round() == after.open().round()
                        && state.open().attempt() == after.open().attempt())
            .isPresent();
    if (same) {
      return;
    }
    MDC.put("run", after.run().value());
    MDC.put("round", Integer.toString(after.open().round()));
    try {
      LOG.info("{}/{} {}", after.run(), after.open().round(), RoundDriver.describe(after));
    } finally {
      MDC.remove("run");
      MDC.remove("round");
    }
  }

  private void execute(Effect effect) {
    try {
      effects.execute(effect);
    } catch (RuntimeException e) {
      LOG.warn("effect {} could not be begun", effect.id(), e);
      ErrorKind kind = e instanceof FederationException f ? f.kind() : ErrorKind.INTERNAL;
      String sentence = e.getMessage() == null ? e.toString() : e.getMessage();
      var ignored = driver.submit(new RoundEvent.EffectFailed(effect.id(), kind, sentence));
    }
  }

  private void answer(Reply reply) {
    if (reply.answer() instanceof Answer.Stale stale) {
      LOG.debug("{}", stale.sentence());
    } else if (reply.answer() instanceof Answer.Refused refused) {
      LOG.debug("{}", refused.sentence());
    }
    reply.to().complete(reply.answer());
  }

  private static String notTaken(Throwable cause) {
    return "coordinator: the event was not taken: "
        + cause.getMessage()
        + " (expected: a journal that can be written). See the coordinator's log.";
  }
}
