package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Events on their way to the driver. Bounded for what comes from outside. Results of effects and
 * the loss of a node are bounded by the effects and by the joins themselves and never turned away:
 * a node whose loss nobody heard of would be drawn, and waited for, in every round.
 */
final class Inbox {
  /** An event and the promise of its answer. */
  record Item(RoundEvent event, CompletableFuture<Answer> answer) {}

  private final LinkedBlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final AtomicReference<FederationException> closed = new AtomicReference<>();
  private final int capacity;
  private final int batch;

  Inbox(int capacity, int batch) {
    this.capacity = capacity;
    this.batch = batch;
  }

  CompletableFuture<Answer> add(RoundEvent event) {
    FederationException reason = closed.get();
    if (reason != null) {
      return CompletableFuture.failedFuture(reason);
    }
    if (bounded(event) && queue.size() >= capacity) {
      return CompletableFuture.failedFuture(
          FederationException.of(
              ErrorKind.FULL,
              "waiting events",
              queue.size(),
              "at most " + capacity,
              "Try again soon."));
    }
    var item = new Item(event, new CompletableFuture<>());
    queue.add(item);
    reason = closed.get();
    if (reason != null) {
      item.answer().completeExceptionally(reason);
    }
    return item.answer();
  }

  private static boolean bounded(RoundEvent event) {
    return !(event instanceof RoundEvent.OfEffect) && !(event instanceof RoundEvent.NodeLeft);
  }

  /** At least one event, or none when the time is up; at most a batch. */
  List<Item> drain(Duration patience) throws InterruptedException {
    List<Item> items = new ArrayList<>();
    Item first = queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      items.add(first);
      queue.drainTo(items, batch - 1);
    }
    return items;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Turns away what comes from now on, and what still waits. */
  void close(FederationException reason) {
    closed.compareAndSet(null, reason);
    List<Item> rest = new ArrayList<>();
    queue.drainTo(rest);
    rest.forEach(item -> item.answer().completeExceptionally(reason));
  }
}
