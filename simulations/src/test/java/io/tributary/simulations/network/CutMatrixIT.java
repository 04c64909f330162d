package io.tributary.simulations.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.session.Phase;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.testing.FaultyProxy.Cut;
import io.tributary.transport.testing.FaultyProxy.Way;
import io.tributary.transport.testing.Strike;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Site a's connections are cut at every step of an assignment; site b's are sound. Whatever is cut:
 * the round commits the bytes that it commits without a cut, nothing is trained twice, the node
 * comes back by itself and leaves nothing behind. One coordinator serves all rows, each with sites
 * of its own.
 */
@Timeout(180)
class CutMatrixIT {
  private static final boolean FULL = Boolean.getBoolean("tributary.full");
  private static final long MIDDLE = 1_500_000;

  private static final long CHUNK = 1 << 20;

  /** A chunk, and what handshakes and frames of a further connection cost. */
  private static final long MOST_AGAIN = CHUNK + (64 << 10);

  @TempDir private static Path folder;
  private static NetworkFederation federation;
  private static String undisturbed = "";
  private static long usualDown;
  private static long usualUp;
  private static int rows;

  /** Arms a fault of site a's network. */
  @FunctionalInterface
  private interface Fault {
    Struck arm(Site a, Cut how);
  }

  /** Fails unless the fault did strike. */
  @FunctionalInterface
  private interface Struck {
    void check() throws InterruptedException;
  }

  static Stream<Arguments> matrix() {
    return Stream.of(
            Arguments.of("before fetch", (Fault) CutMatrixIT::refused),
            Arguments.of(
                "in the handshake before fetch",
                (Fault) (a, how) -> at(a.bulk.cutAfter(Way.TO_CLIENT, 500, how))),
            Arguments.of("during fetch", (Fault) (a, how) -> inTheMiddle(a, Way.TO_CLIENT, how)),
            Arguments.of("after fetch, before training", (Fault) CutMatrixIT::beforeTraining),
            Arguments.of(
                "during training, back before its end", (Fault) CutMatrixIT::duringTraining),
            Arguments.of("after training, before submit", (Fault) CutMatrixIT::beforeSubmit),
            Arguments.of("during submit", (Fault) CutMatrixIT::duringSubmit),
            Arguments.of("after submit, its receipt lost", (Fault) CutMatrixIT::receiptLost))
        .flatMap(
            row ->
                Stream.of(Cut.RESET, Cut.FIN)
                    .filter(how -> how == Cut.RESET || FULL || inTransfer(row))
                    .map(how -> Arguments.of(row.get()[0], how, row.get()[1])));
  }

  private static void await(Strike strike) {
    try {
      strike.await(NetworkFederation.PATIENCE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Struck at(Strike strike) {
    return () -> strike.await(Duration.ofSeconds(1));
  }

  /** Both had to connect so often in all. */
  private static Struck connected(Site a, int control, int bulk) {
    return () -> {
      assertTrue(a.control.accepted() >= control, a.control.accepted() + " for control");
      assertTrue(a.bulk.accepted() >= bulk, a.bulk.accepted() + " for bulk");
    };
  }

  private static Struck refused(Site a, Cut how) {
    a.bulk.refuse(2);
    return connected(a, 1, 3);
  }

  private static Struck beforeTraining(Site a, Cut how) {
    a.worker.beforeTraining = once(() -> cutBoth(a, how));
    return connected(a, 2, 2);
  }

  private static Struck duringTraining(Site a, Cut how) {
    a.worker.inTraining =
        once(
            () -> {
              cutBoth(a, how);
              a.awaitJoins(2);
            });
    return connected(a, 2, 2);
  }

  private static Struck beforeSubmit(Site a, Cut how) {
    a.worker.afterTraining =
        once(
            () -> {
              cutBoth(a, how);
              a.bulk.refuse(1);
            });
    return connected(a, 2, 3);
  }

  private static Struck duringSubmit(Site a, Cut how) {
    var struck = new CompletableFuture<Struck>();
    a.worker.afterTraining = once(() -> struck.complete(inTheMiddle(a, Way.TO_SERVER, how)));
    return () -> {
      assertTrue(struck.isDone(), "it was not armed");
      struck.join().check();
    };
  }

  /**
   * Cuts in the middle of a transfer, once the receiver has stored the chunk that has passed: a
   * reset throws away what lies in the receiver's socket unread, and on a busy machine that can be
   * all of it.
   */
  private static Struck inTheMiddle(Site a, Way way, Cut how) {
    Strike stalled = a.bulk.stallAfter(way, MIDDLE);
    CompletableFuture<Void> cut =
        CompletableFuture.runAsync(
            () -> {
              await(stalled);
              federation.awaitStored(a, CHUNK);
              a.bulk.cut(how);
              a.bulk.resume(way);
            });
    return () -> {
      assertTrue(cut.isDone(), "the cut was not made");
      cut.join();
    };
  }

  /** Where a reset loses bytes under way that an orderly end does not. */
  private static boolean inTransfer(Arguments row) {
    return List.of("during fetch", "during submit").contains(row.get()[0]);
  }

  private static void cutBoth(Site site, Cut how) {
    site.control.cut(how);
    site.bulk.cut(how);
  }

  private static Runnable once(Runnable act) {
    var done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        act.run();
      }
    };
  }

  /** Site a waits for b's receipt, so that the second one is its own. */
  private static Struck receiptLost(Site a, Cut how) {
    var receipts = new AtomicInteger();
    var first = new CountDownLatch(1);
    a.worker.beforeTraining = once(() -> await(first));
    federation.failpoints =
        name -> {
          if (name.equals(Failpoints.UPDATE_RECEIPTED)) {
            if (receipts.incrementAndGet() == 2) {
              cutBoth(a, how);
            }
            first.countDown();
          }
        };
    return connected(a, 2, 2);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(NetworkFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void withoutACut() throws Exception {
    federation = new NetworkFederation(folder);
    Pair sound = Pair.make();
    undisturbed = sound.run().getFinalDigest();
    usualDown = sound.a.bulk.bytes(Way.TO_CLIENT);
    usualUp = sound.a.bulk.bytes(Way.TO_SERVER);
    sound.leave();
  }

  @AfterAll
  static void nothingLeft() {
    federation.close();
    Leaks.await();
  }

  /** Two sites that the row before does not know. */
  private record Pair(Site a, Site b) {
    static Pair make() throws Exception {
      rows++;
      return new Pair(federation.site("a-" + rows, 0.25f), federation.site("b-" + rows, 0.75f));
    }

    RunView run() {
      a.start();
      b.start();
      String both = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"%s\", \"%s\"]}";
      RunView end = federation.awaitEnd(federation.run(1, both.formatted(a.name, b.name)));
      assertEquals("completed", end.getState(), end.getReason());
      return end;
    }

    void leave() {
      federation.failpoints = Failpoints.none();
      a.close();
      b.close();
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("matrix")
  void cut_anywhere_roundCommitsAsWithout(String where, Cut how, Fault fault) throws Exception {
    Pair pair = Pair.make();
    Site a = pair.a;
    Struck struck = fault.arm(a, how);

    RunView end = pair.run();

    assertEquals(undisturbed, end.getFinalDigest());
    assertEquals(1, end.getRounds(1).getAttempts());
    assertEquals(2, end.getRounds(1).getUpdates());
    assertEquals(1, a.worker.trained.size(), a.worker.trained.toString());
    assertEquals(1, pair.b.worker.trained.size(), pair.b.worker.trained.toString());
    a.await(status -> status.phase() == Phase.JOINED && status.work().isEmpty());
    struck.check();
    long down = a.bulk.bytes(Way.TO_CLIENT) - usualDown;
    long up = a.bulk.bytes(Way.TO_SERVER) - usualUp;
    assertTrue(down <= MOST_AGAIN, down + " bytes were fetched again");
    assertTrue(up <= MOST_AGAIN, up + " bytes were submitted again");
    assertTrue(a.control.connections() <= 1, "one connection for control");
    assertTrue(a.bulk.connections() <= 1, "one connection for bulk");
    pair.leave();
  }
}
