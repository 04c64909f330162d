package io.tributary.aggregation;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Works on items in any order and by several threads, but hands the results over one by one, in the
 * order of the items, in the calling thread. Each item in flight has a slot of buffers to itself;
 * so memory is that of the slots, and nothing has to be locked.
 */
final class OrderedTasks<S, T> {
  /** One part of the work on an item, with the buffers of its slot. */
  interface Step<S, T> {
    void run(S slot, T item) throws IOException;
  }

  /** Takes a result; false ends the work before the next item is handed over. */
  interface Handover<S, T> {
    boolean take(S slot, T item) throws IOException;
  }

  /**
   * An item that was given to the executor.
   *
   * @param begun who sets it decides: a thread that works on the item, or the end of all work
   */
  private record InFlight<S, T>(S slot, T item, AtomicBoolean begun, FutureTask<Boolean> task) {}

  private final Executor executor;
  private final Step<S, T> work;
  private final Handover<S, T> handover;
  private final Deque<InFlight<S, T>> inFlight = new ArrayDeque<>();

  private OrderedTasks(Executor executor, Step<S, T> work, Handover<S, T> handover) {
    this.executor = executor;
    this.work = work;
    this.handover = handover;
  }

  /** Returns when the last item was handed over; whatever happens, nothing runs on afterwards. */
  static <S, T> void run(
      Executor executor, List<S> slots, Iterable<T> items, Step<S, T> work, Handover<S, T> handover)
      throws IOException {
    var tasks = new OrderedTasks<S, T>(executor, work, handover);
    try {
      tasks.runAll(new ArrayDeque<>(slots), items.iterator());
    } finally {
      tasks.stop();
    }
  }

  private void runAll(Deque<S> free, Iterator<T> items) throws IOException {
    while (items.hasNext() || !inFlight.isEmpty()) {
      if (items.hasNext() && !free.isEmpty()) {
        submit(free.remove(), items.next());
      } else {
        InFlight<S, T> oldest = inFlight.element();
        await(oldest.task());
        inFlight.remove();
        if (!handover.take(oldest.slot(), oldest.item())) {
          return;
        }
        free.add(oldest.slot());
      }
    }
  }

  private void submit(S slot, T item) {
    var begun = new AtomicBoolean();
    var task =
        new FutureTask<Boolean>(
            () -> {
              if (begun.compareAndSet(false, true)) {
                work.run(slot, item);
              }
              return true;
            });
    executor.execute(task);
    inFlight.add(new InFlight<>(slot, item, begun, task));
  }

  private static void await(FutureTask<Boolean> task) throws IOException {
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException("before a result that may be there already");
      }
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(
          ErrorKind.CANCELLED,
          "aggregation: interrupted (expected: to run to its end). Start it again.",
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException("aggregation failed", cause);
    }
  }

  /**
   * Waits for what still runs: the caller closes the files next. Never interrupts a read. What has
   * not begun never will: an executor that was shut down may have dropped it.
   */
  private void stop() {
    inFlight.removeIf(one -> one.begun().compareAndSet(false, true));
    boolean interrupted = false;
    while (!inFlight.isEmpty()) {
      try {
        inFlight.element().task().get();
        inFlight.remove();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        inFlight.remove();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
