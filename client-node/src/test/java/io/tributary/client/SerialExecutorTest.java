package io.tributary.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
  /** Threads that run what was given when the test says so. */
  private static final class Threads implements Executor {
    private final Deque<Runnable> given = new ArrayDeque<>();
    private boolean ended;

    @Override
    public void execute(Runnable job) {
      if (ended) {
        throw new RejectedExecutionException("ended");
      }
      given.add(job);
    }
  }

  private final Threads threads = new Threads();
  private final SerialExecutor serial = new SerialExecutor(threads);
  private final List<Integer> ran = new ArrayList<>();

  @Test
  void jobs_runOneAfterTheOther() {
    serial.execute(() -> ran.add(1));
    serial.execute(() -> ran.add(2));
    assertEquals(1, threads.given.size());
    threads.given.remove().run();
    threads.given.remove().run();
    assertEquals(List.of(1, 2), ran);
  }

  @Test
  void threadsEndedDuringAJob_laterJobsAreDroppedInSilence() {
    serial.execute(() -> ran.add(1));
    serial.execute(() -> ran.add(2));
    threads.ended = true;
    threads.given.remove().run();
    assertEquals(List.of(1), ran);
    assertThrows(RejectedExecutionException.class, () -> serial.execute(() -> ran.add(3)));
  }
}
