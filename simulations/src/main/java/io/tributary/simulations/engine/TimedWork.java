package io.tributary.simulations.engine;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.session.Offer;
import io.tributary.federation.AssignmentId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Work that takes virtual time. Evaluation takes none. */
final class TimedWork implements LocalWork {
  private final LocalWork inner;
  private final VirtualTime.Durations durations;
  private final VirtualTime time;

  TimedWork(LocalWork inner, VirtualTime.Durations durations, VirtualTime time) {
    this.inner = inner;
    this.durations = durations;
    this.time = time;
  }

  @Override
  public Optional<Refusal> refusal(VirtualSite site, Offer offer) {
    return inner.refusal(site, offer);
  }

  @Override
  public CompletionStage<MadeUpdate> train(LocalTask task) {
    AssignmentId id = task.offer().id();
    return time.spend(id, durations.of(id), () -> inner.train(task));
  }

  @Override
  public CompletionStage<Tally> evaluate(LocalTask task) {
    return inner.evaluate(task);
  }
}
