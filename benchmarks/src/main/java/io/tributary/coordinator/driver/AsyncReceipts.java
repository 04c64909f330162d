package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.ClassFigures;
import io.tributary.coordinator.round.Decision;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.Figures;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.NodeProfile;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one update costs the rounds' thread where nodes work at their own pace, without journal and
 * files: its receipt, its judgement, a tenth of a version, the draw of its node and all offers that
 * follow. All nodes are at work; whose update comes next is drawn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 5)
@Fork(1)
public class AsyncReceipts {
  private static final String PLAN =
      """
      {"name":"t","seed":7,"deterministic":false,
       "model":{"base":"sha256:%s","labels":["a","b"]},
       "federation":{"rounds":100000,"cohort":{"quorum":1},
         "mode":{"name":"async","buffer":10,"max-staleness":9000%s}}}
      """;

  private static final UpdateFacts FACTS =
      new UpdateFacts(
          Digest.ofUtf8("version"),
          List.of(new UpdateGroup("delta", Digest.ofUtf8("layout"), "f32", ref("delta"))),
          10,
          5,
          new TreeMap<>(),
          400,
          800);

  @Param({"100", "1000", "10000"})
  int nodes;

  /** At work at once; 0: all. */
  @Param({"0"})
  int concurrency;

  private final Random random = new Random(1);
  private RoundMachine machine = new RoundMachine(World.empty());
  private ExecutedEffects executed = new ExecutedEffects();
  private final List<AssignmentId> working = new ArrayList<>();
  private List<Effect> due = List.of();
  private Instant now = Instant.EPOCH;

  /** How many offers were sent. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Sent {
    /** Offers to nodes. */
    public long offers;

    /** Updates that came. */
    public long updates;
  }

  /** All nodes are at work on version 1. */
  @Setup(Level.Iteration)
  public void begin() {
    machine = new RoundMachine(World.empty());
    executed = new ExecutedEffects();
    working.clear();
    for (int node = 0; node < nodes; node++) {
      var name = new NodeName("node-" + node);
      take(new RoundEvent.NodeJoined(new NodeProfile(name, Set.of("a"), 100), node, List.of()));
    }
    String some = concurrency == 0 ? "" : ",\"concurrency\":" + concurrency;
    Plan plan = Plan.parse(PLAN.formatted("0".repeat(64), some));
    var group = new ExpectedGroup("delta", Digest.ofUtf8("layout"), "f32", 400);
    var spec =
        new RunSpec(
            new RunId("run"), plan, ref("base"), checkpoint("zero"), List.of(group), false, "op");
    take(new RoundEvent.RunAsked(spec));
    work(new Sent());
  }

  /** One update comes, and all that follows from it is done. */
  @Benchmark
  public void update(Sent sent) {
    int last = working.size() - 1;
    int drawn = random.nextInt(last + 1);
    AssignmentId id = working.set(drawn, working.get(last));
    working.remove(last);
    take(new RoundEvent.UpdateStored(id, FACTS));
    sent.updates++;
    work(sent);
  }

  private void work(Sent sent) {
    while (!due.isEmpty()) {
      List<Effect> now = due;
      due = List.of();
      List<Effect> more = new ArrayList<>();
      for (Effect effect : now) {
        if (effect instanceof Effect.OfferAssignment offer) {
          sent.offers++;
          if (!known(offer.assignment())) {
            working.add(offer.assignment());
            take(new RoundEvent.NodeAccepted(offer.assignment()));
          }
        } else {
          result(effect).ifPresent(this::take);
        }
        more.addAll(due);
        due = List.of();
      }
      due = more;
    }
  }

  private boolean known(AssignmentId id) {
    AssignmentRecord record =
        machine.world().find(id.round().run()).orElseThrow().open().cohort().get(id);
    return record == null || record.stage() != AssignmentStage.OFFERED;
  }

  private static Optional<RoundEvent> result(Effect effect) {
    if (effect instanceof Effect.JudgeUpdate judge) {
      return Optional.of(new RoundEvent.JudgementReady(judge.id(), new Judgement.Passed(1)));
    }
    if (effect instanceof Effect.Aggregate aggregate) {
      var candidate = new Candidate(checkpoint(aggregate.id().toString()), new TreeMap<>());
      return Optional.of(new RoundEvent.AggregateReady(aggregate.id(), candidate, true));
    }
    if (effect instanceof Effect.Evaluate evaluate) {
      var figures = new Figures(1, 1, 1, 1, 1, 1, List.of(new ClassFigures("a", 1, 1, 1, 1)));
      return Optional.of(new RoundEvent.EvaluationReady(evaluate.id(), figures));
    }
    return Optional.empty();
  }

  private void take(RoundEvent event) {
    now = now.plusMillis(1);
    Decision decision = machine.decide(event, now);
    machine = decision.next();
    due = executed.fresh(machine);
  }

  private static Checkpoint checkpoint(String name) {
    return new Checkpoint(ref(name + "-manifest"), ref(name + "-trained"));
  }

  private static ArtifactRef ref(String name) {
    return new ArtifactRef(Digest.ofUtf8(name), name.length());
  }
}
