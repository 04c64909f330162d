package io.tributary.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OrderedTasksTest {
  private final ExecutorService pool = Executors.newFixedThreadPool(4);
  private final List<Integer> handedOver = new ArrayList<>();

  @AfterEach
  void stopPool() {
    pool.shutdown();
  }

  private static List<int[]> slots(int count) {
    return IntStream.range(0, count).mapToObj(i -> new int[1]).toList();
  }

  private static List<Integer> items(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void run_laterItemsReadyFirst_areHandedOverInOrder() throws IOException {
    var secondDone = new CountDownLatch(1);
    OrderedTasks.run(
        pool,
        slots(3),
        items(20),
        (slot, item) -> {
          if (item == 0) {
            await(secondDone);
          }
          slot[0] = 7 * item;
          if (item == 1) {
            secondDone.countDown();
          }
        },
        (slot, item) -> {
          assertEquals(7 * item, slot[0]);
          return handedOver.add(item);
        });
    assertEquals(items(20), handedOver);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void run_inCallingThread_works() throws IOException {
    OrderedTasks.run(
        Runnable::run, slots(2), items(5), (slot, item) -> {}, (s, item) -> handedOver.add(item));
    assertEquals(items(5), handedOver);
  }

  @Test
  void run_noItems_returns() throws IOException {
    OrderedTasks.run(
        pool, slots(2), items(0), (slot, item) -> {}, (s, item) -> handedOver.add(item));
    assertEquals(List.of(), handedOver);
  }

  @Test
  void run_handoverSaysStop_handsOverNoMore() throws IOException {
    OrderedTasks.run(
        pool,
        slots(4),
        items(20),
        (slot, item) -> {},
        (slot, item) -> {
          handedOver.add(item);
          return item < 2;
        });
    assertEquals(List.of(0, 1, 2), handedOver);
  }

  @Test
  void run_workFails_throwsTheCauseAndLeavesNothingRunning() {
    var running = new AtomicInteger();
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                OrderedTasks.run(
                    pool,
                    slots(4),
                    items(100),
                    (slot, item) -> {
                      running.incrementAndGet();
                      try {
                        if (item == 3) {
                          throw new IOException("third");
                        }
                      } finally {
                        running.decrementAndGet();
                      }
                    },
                    (slot, item) -> handedOver.add(item)));
    assertEquals("third", failure.getMessage());
    assertEquals(0, running.get());
    assertEquals(List.of(0, 1, 2), handedOver);
  }

  @Test
  void run_workThrowsUnchecked_throwsIt() {
    assertThrows(
        ArithmeticException.class,
        () ->
            OrderedTasks.run(
                pool,
                slots(2),
                items(3),
                (slot, item) -> {
                  throw new ArithmeticException("no");
                },
                (slot, item) -> true));
  }

  @Test
  void run_workThrowsAnError_isADefect() {
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                OrderedTasks.run(
                    pool,
                    slots(2),
                    items(3),
                    (slot, item) -> {
                      throw new StackOverflowError();
                    },
                    (slot, item) -> true));
    assertInstanceOf(StackOverflowError.class, failure.getCause());
  }

  @Test
  void run_executorRejects_waitsForWhatRunsAndThrows() {
    var accepted = new AtomicInteger();
    var done = Collections.synchronizedList(new ArrayList<Integer>());
    assertThrows(
        RejectedExecutionException.class,
        () ->
            OrderedTasks.run(
                task -> {
                  if (accepted.incrementAndGet() > 2) {
                    throw new RejectedExecutionException("full");
                  }
                  pool.execute(task);
                },
                slots(3),
                items(9),
                (slot, item) -> done.add(item),
                (slot, item) -> true));
    assertTrue(done.size() <= 2);
  }

  @Test
  void run_afterAFailure_startsNoQueuedItem() {
    Deque<Runnable> queue = new ArrayDeque<>();
    List<Integer> worked = new ArrayList<>();
    // the executor works on its queue only when it is full, the last item first
    assertThrows(
        IllegalArgumentException.class,
        () ->
            OrderedTasks.run(
                task -> {
                  queue.add(task);
                  if (queue.size() == 2) {
                    queue.remove().run();
                    queue.remove().run();
                  }
                },
                slots(2),
                items(2),
                (slot, item) -> worked.add(item),
                (slot, item) -> {
                  throw new IllegalArgumentException("bad result");
                }));
    assertEquals(List.of(0, 1), worked);
  }

  @Test
  void run_interrupted_waitsForWhatRunsAndIsCancelled() {
    var started = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var finished = new AtomicInteger();
    Thread caller = Thread.currentThread();
    pool.execute(
        () -> {
          await(started);
          caller.interrupt();
          release.countDown();
        });
    FederationException failure =
        assertThrows(
            FederationException.class,
            () ->
                OrderedTasks.run(
                    pool,
                    slots(1),
                    items(2),
                    (slot, item) -> {
                      started.countDown();
                      await(release);
                      finished.incrementAndGet();
                    },
                    (slot, item) -> {
                      caller.interrupt();
                      return true;
                    }));
    assertTrue(Thread.interrupted(), "the interrupt is kept");
    assertEquals(ErrorKind.CANCELLED, failure.kind());
    assertTrue(finished.get() >= 1);
  }

  @Test
  void run_executorDropsWhatWaits_endsAllTheSame() throws Exception {
    var narrow = Executors.newFixedThreadPool(1);
    List<Integer> worked = Collections.synchronizedList(new ArrayList<>());
    var caller =
        CompletableFuture.supplyAsync(
            () ->
                assertThrows(
                    FederationException.class,
                    () ->
                        OrderedTasks.run(
                            narrow,
                            slots(3),
                            items(3),
                            (slot, item) -> {
                              worked.add(item);
                              if (item == 1) {
                                untilInterrupted();
                              }
                            },
                            (slot, item) -> {
                              // as closing does: one waits and is dropped, this thread interrupted
                              narrow.shutdownNow();
                              Thread.currentThread().interrupt();
                              return true;
                            })),
            pool);

    assertEquals(ErrorKind.CANCELLED, caller.get(60, TimeUnit.SECONDS).kind());
    assertTrue(narrow.awaitTermination(60, TimeUnit.SECONDS));
    assertFalse(worked.contains(2), "the third was dropped");
  }

  private static void untilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
