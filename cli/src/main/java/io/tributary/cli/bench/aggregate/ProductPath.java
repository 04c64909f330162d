package io.tributary.cli.bench.aggregate;

import io.tributary.aggregation.Execution;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.effect.AdapterStarts;
import io.tributary.coordinator.effect.RootUpdates;
import io.tributary.coordinator.effect.UpdateWork;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Judgement;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * The coordinator's own work on a round's updates, with its own pools: the gate's questions are
 * answered side by side, the aggregation takes all threads. What a process remembers of files it
 * verified is forgotten with each new instance.
 */
final class ProductPath {
  private final SpooledRound round;
  private final ExecutorService pool;
  private final CheckpointStore checkpoints;
  private final UpdateWork work;

  ProductPath(SpooledRound round, ExecutorService pool, int threads) {
    this.round = round;
    this.pool = pool;
    checkpoints = round.checkpoints();
    work =
        new UpdateWork(
            new UpdateWork.Parts(
                round.spool(),
                checkpoints,
                RootUpdates.none(),
                AdapterStarts.none(),
                new Execution(Execution.USUAL_BLOCK_BYTES, threads, pool),
                round.folder().temporary(),
                InstantSource.system(),
                "bench"));
    // as in a coordinator, whose evaluation has read the checkpoint before the first update comes
    checkpoints.verified(round.spec().zero().trained().digest());
  }

  /** Judges the first so many updates: digest, header, finite values, norm. All must pass. */
  void judge(int updates) throws InterruptedException, ExecutionException {
    List<Future<Judgement>> judgements = new ArrayList<>();
    for (int i = 0; i < updates; i++) {
      var order = round.judging(i);
      judgements.add(pool.submit(() -> work.judge(order)));
    }
    for (Future<Judgement> judgement : judgements) {
      if (judgement.get() instanceof Judgement.Refused refused) {
        throw new FederationException(ErrorKind.INTERNAL, refused.sentence());
      }
    }
  }

  /** Makes the candidate of the first so many updates a checkpoint: written, hashed, forced. */
  Checkpoint aggregate(int updates) throws IOException {
    Candidate candidate = work.aggregate(round.aggregating(updates));
    return candidate.checkpoint();
  }

  /** Throws a checkpoint away, so that the next one is written anew. */
  void forget(Checkpoint checkpoint) {
    checkpoints.release(checkpoint);
    checkpoints.drop(Set.of(checkpoint.manifest().digest(), checkpoint.trained().digest()));
  }
}
