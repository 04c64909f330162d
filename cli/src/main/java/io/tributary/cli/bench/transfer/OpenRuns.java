package io.tributary.cli.bench.transfer;

import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Effects;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.ClassFigures;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.Figures;
import io.tributary.coordinator.round.NodeProfile;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import io.tributary.transport.artifact.ArtifactStore;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs whose first round is open for a number of sites and stays so: evaluations answer at once,
 * nothing is judged or aggregated. One is open at a time.
 */
final class OpenRuns implements Effects {
  private static final int PATIENCE_SECONDS = 60;
  private static final String PLAN =
      """
      {"name":"transfer","seed":1,"deterministic":false,
       "model":{"base":"sha256:%s","labels":["a","b"]},
       "federation":{"rounds":1,"cohort":{"quorum":%d},
         "deadlines":{"recruit":"10m","round":"2h"},"attempts":1}}
      """;

  private final RoundDriver driver;
  private final Spool spool;
  private final ArtifactStore artifacts;
  private final BlockingQueue<AssignmentId> offered = new LinkedBlockingQueue<>();
  private final Queue<RoundId> cleared = new ConcurrentLinkedQueue<>();
  private int runs;
  private int joined;

  OpenRuns(RoundDriver driver, Spool spool, ArtifactStore artifacts) {
    this.driver = driver;
    this.spool = spool;
    this.artifacts = artifacts;
  }

  /** Opens a run; its trained tensors and each update have so many bytes. */
  String open(int sites, long bytes) throws Exception {
    Digest trained = BenchFile.artifact(artifacts, bytes);
    var checkpoint = new Checkpoint(ref("checkpoint"), new ArtifactRef(trained, bytes));
    runs++;
    offered.clear();
    var spec =
        new RunSpec(
            run(),
            Plan.parse(PLAN.formatted("0".repeat(64), sites)),
            ref("base"),
            checkpoint,
            List.of(new ExpectedGroup("delta", NodeEnd.LAYOUT, NodeEnd.CODEC, bytes)),
            false,
            "bench");
    await(driver.submit(new RoundEvent.RunAsked(spec)));
    join(sites);
    var answer = new StringBuilder(trained + " " + checkpoint.manifest().digest());
    for (int i = 0; i < sites; i++) {
      AssignmentId id = offered.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (id == null) {
        throw new IllegalStateException("the round was not opened");
      }
      await(driver.submit(new RoundEvent.NodeAccepted(id)));
      answer.append(' ').append(id);
    }
    return answer.toString();
  }

  /** Connects just so many sites: a run draws among all that are there. */
  private void join(int sites) throws Exception {
    for (; joined < sites; joined++) {
      var profile = new NodeProfile(site(joined), Set.of("a"), 1);
      await(driver.submit(new RoundEvent.NodeJoined(profile, joined + 1, List.of())));
    }
    while (joined > sites) {
      joined--;
      await(driver.submit(new RoundEvent.NodeLeft(site(joined), joined + 1)));
    }
  }

  private static NodeName site(int index) {
    return new NodeName(BenchTls.site(index));
  }

  /** Ends the open run; what it spooled stays until {@link #clear}. */
  void end() throws Exception {
    await(driver.submit(new RoundEvent.StopAsked(run(), "bench")));
  }

  /** Removes the updates of runs that have ended. */
  void clear() {
    for (RoundId round = cleared.poll(); round != null; round = cleared.poll()) {
      spool.clear(round);
    }
  }

  private RunId run() {
    return new RunId("transfer-" + runs);
  }

  private static ArtifactRef ref(String name) {
    return new ArtifactRef(Digest.ofUtf8(name), name.length());
  }

  private static void await(CompletionStage<?> stage) throws Exception {
    stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void execute(Effect effect) {
    if (effect instanceof Effect.OfferAssignment offer) {
      offered.add(offer.assignment());
    } else if (effect instanceof Effect.Evaluate evaluate) {
      var figures = new Figures(1, 1, 1, 1, 1, 1, List.of(new ClassFigures("a", 1, 1, 1, 1)));
      var unused = driver.submit(new RoundEvent.EvaluationReady(evaluate.id(), figures));
    } else if (effect instanceof Effect.ClearSpool clear) {
      cleared.add(clear.upTo());
    }
  }
}
