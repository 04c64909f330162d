package io.tributary.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.NodeProfile;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Plans;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.seed.RandomStreams;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is derived anew only now and then is what a derivation of all would find. */
final class ExecutedEffectsTest {
  private static final int NODES = 9;
  private static final int TURNS = 400;
  private static final String ASYNC = "{\"name\":\"async\",\"buffer\":2,\"max-staleness\":4}";

  private RoundMachine machine = new RoundMachine(World.empty());
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Map<NodeName, Long> sessions = new HashMap<>();
  private long session;

  @ParameterizedTest
  @ValueSource(strings = {"one", "two", "rounds"})
  void fresh_anySchedule_isWhatNobodyHasExecuted(String runs) {
    int offered = 0;
    for (long seed = 1; seed <= 30; seed++) {
      RandomGenerator random = new RandomStreams(seed).stream(0, "", "schedule");
      machine = new RoundMachine(World.empty());
      sessions.clear();
      ask("run-1", runs.equals("rounds") ? "\"sync\"" : ASYNC);
      if (runs.equals("two")) {
        ask("run-2", "\"sync\"");
      }
      var executed = new ExecutedEffects();
      Set<EffectId> known = new HashSet<>();
      for (int turn = 0; turn < TURNS; turn++) {
        for (int i = random.nextInt(3); i >= 0; i--) {
          happens(random);
        }
        Set<EffectId> all = offers(machine.effects());
        Set<EffectId> expected = new HashSet<>(all);
        expected.removeAll(known);
        assertEquals(expected, offers(executed.fresh(machine)), "replay: seed=" + seed);
        offered += expected.size();
        known = all;
        if (runs.equals("one")) {
          assertEquals(Set.of(), left(), "who can be asked is asked; replay: seed=" + seed);
        }
      }
    }
    assertTrue(offered > 1_000, "much is offered: " + offered);
  }

  /** Who is free, and has not been asked by this attempt of the one run. */
  private Set<NodeName> left() {
    RunState run = machine.world().runs().values().iterator().next();
    Set<NodeName> left = new HashSet<>();
    if (run.phase() == Phase.COLLECTING || run.phase() == Phase.RECRUITING) {
      left.addAll(sessions.keySet());
      for (AssignmentRecord record : run.open().cohort().values()) {
        boolean here = record.id().round().round() == run.open().round();
        boolean again = record.askAgain() && record.id().attempt() < run.open().attempt();
        if (record.stage().live() || (here && !again)) {
          left.remove(record.node());
        }
      }
    }
    return left;
  }

  private static Set<EffectId> offers(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.OfferAssignment.class::isInstance)
        .map(Effect::id)
        .collect(Collectors.toSet());
  }

  private void ask(String run, String mode) {
    Map<String, String> changes =
        Map.of(
            "federation.mode",
            mode,
            "federation.rounds",
            "500",
            "federation.cohort.quorum",
            "1",
            "federation.attempts",
            "20");
    take(new RoundEvent.RunAsked(Plans.spec(run, Plans.plan(changes), false)));
  }

  private void take(RoundEvent event) {
    machine = machine.decide(event, now).next();
  }

  private void happens(RandomGenerator random) {
    now = now.plusSeconds(1);
    int what = random.nextInt(20);
    if (what < 2) {
      comesOrGoes(new NodeName("node-" + random.nextInt(NODES)));
    } else if (what < 9) {
      word(random);
    } else if (what < 18) {
      result(random);
    } else if (what == 18) {
      now = now.plus(Duration.ofMinutes(random.nextInt(40)));
      take(new RoundEvent.TimePassed());
    } else {
      run(random).ifPresent(run -> holdOrResume(run));
    }
  }

  private Optional<RunState> run(RandomGenerator random) {
    return machine.world().find(new RunId("run-" + (1 + random.nextInt(2))));
  }

  private void holdOrResume(RunState run) {
    take(
        run.phase().held()
            ? new RoundEvent.ResumeAsked(run.run())
            : new RoundEvent.PauseAsked(run.run(), "op"));
    take(new RoundEvent.ResumeAsked(run.run()));
  }

  private void comesOrGoes(NodeName node) {
    Long here = sessions.remove(node);
    if (here != null) {
      take(new RoundEvent.NodeLeft(node, here));
    } else {
      sessions.put(node, ++session);
      take(new RoundEvent.NodeJoined(new NodeProfile(node, Set.of("a"), 10), session, List.of()));
    }
  }

  private void word(RandomGenerator random) {
    List<AssignmentRecord> live = run(random).map(run -> run.open().live()).orElseGet(List::of);
    if (live.isEmpty()) {
      return;
    }
    AssignmentRecord one = live.get(random.nextInt(live.size()));
    switch (random.nextInt(6)) {
      case 0 -> take(new RoundEvent.NodeAccepted(one.id()));
      case 1 -> take(new RoundEvent.NodeDeclined(one.id(), "BUSY", "busy", random.nextBoolean()));
      case 2 ->
          take(new RoundEvent.NodeFailed(one.id(), ErrorKind.WORKER_CRASHED, true, "crashed"));
      default ->
          take(
              new RoundEvent.UpdateStored(
                  one.id(), Plans.update(one.id().toString(), Plans.digest("version"))));
    }
  }

  private void result(RandomGenerator random) {
    List<RoundEvent> results =
        machine.effects().stream().flatMap(effect -> result(effect).stream()).toList();
    if (!results.isEmpty()) {
      take(results.get(random.nextInt(results.size())));
    }
  }

  private static Optional<RoundEvent> result(Effect effect) {
    if (effect instanceof Effect.JudgeUpdate judge) {
      return Optional.of(new RoundEvent.JudgementReady(judge.id(), new Judgement.Passed(1)));
    }
    if (effect instanceof Effect.Aggregate aggregate) {
      var candidate = new Candidate(Plans.checkpoint(aggregate.id().toString()), new TreeMap<>());
      return Optional.of(new RoundEvent.AggregateReady(aggregate.id(), candidate, true));
    }
    if (effect instanceof Effect.Evaluate evaluate) {
      return Optional.of(new RoundEvent.EvaluationReady(evaluate.id(), Plans.figures(0.5)));
    }
    return Optional.empty();
  }
}
