package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A worker in this process: cancelling, refusing, closing. */
class InProcessWorkerTest {
  @TempDir Path folder;

  private static void assertRefused(ErrorKind kind, Executable order) {
    FederationException refusal = assertThrows(FederationException.class, order);
    assertEquals(kind, refusal.kind(), refusal.sentence());
  }

  @Test
  void cancel_whileTraining_endsTheOrderAndTheNextIsServed() throws IOException {
    SmallWorld world = SmallWorld.in(folder);
    try (Worker worker = InProcessWorker.open(WorkerOptions.defaults())) {
      assertRefused(
          ErrorKind.CANCELLED, () -> worker.train(world.train(1_000), p -> worker.cancel()));
      worker.cancel();
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
    }
  }

  @Test
  void orders_inTheWrongState_areRefused() throws IOException {
    SmallWorld world = SmallWorld.in(folder);
    Worker worker = InProcessWorker.open(WorkerOptions.defaults().withMostThreads(1), () -> 0);
    worker.train(
        world.train(1),
        progress -> assertRefused(ErrorKind.IN_USE, () -> worker.predict(world.predict())));
    assertRefused(
        ErrorKind.REFUSED,
        () -> worker.train(world.train(1, 2, "rows.csv"), ProgressListener.NONE));
    worker.close();
    assertRefused(ErrorKind.NOT_READY, () -> worker.predict(world.predict()));
  }
}
