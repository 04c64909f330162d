package io.tributary.simulations.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.AssignmentId;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.testing.FaultyProxy.Cut;
import io.tributary.transport.testing.FaultyProxy.Way;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Site a's connections are cut at every step of an assignment; site b's are sound. Whatever is cut:
 * both rounds commit the bytes that they commit without a cut, nothing is trained twice, the node
 * comes back by itself and leaves nothing behind.
 */
@Timeout(180)
class CutMatrixIT {
  private static final String BOTH = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static final boolean FULL = Boolean.getBoolean("tributary.full");
  private static final long MIDDLE = 1_500_000;

  /** A chunk, and what handshakes and frames of a further connection cost. */
  private static final long MOST_AGAIN = (1 << 20) + (64 << 10);

  private static String undisturbed = "";
  private static long usualDown;
  private static long usualUp;

  @TempDir Path folder;

  /** Arms a fault of site a's network. */
  @FunctionalInterface
  private interface Fault {
    void arm(NetworkFederation federation, Site a, Cut how) throws Exception;
  }

  static Stream<Arguments> matrix() {
    return Stream.of(
            Arguments.of("before fetch", (Fault) (all, a, how) -> a.bulk.refuse(2)),
            Arguments.of(
                "in the handshake before fetch",
                (Fault) (all, a, how) -> a.bulk.cutAfter(Way.TO_CLIENT, 500, how)),
            Arguments.of(
                "during fetch",
                (Fault) (all, a, how) -> a.bulk.cutAfter(Way.TO_CLIENT, MIDDLE, how)),
            Arguments.of(
                "after fetch, before training",
                (Fault) (all, a, how) -> a.worker.beforeTraining = once(() -> cutBoth(a, how))),
            Arguments.of(
                "during training, back before its end",
                (Fault)
                    (all, a, how) ->
                        a.worker.inTraining =
                            once(
                                () -> {
                                  cutBoth(a, how);
                                  a.awaitJoins(2);
                                })),
            Arguments.of(
                "after training, before submit",
                (Fault)
                    (all, a, how) ->
                        a.worker.afterTraining =
                            once(
                                () -> {
                                  cutBoth(a, how);
                                  a.bulk.refuse(1);
                                })),
            Arguments.of(
                "during submit",
                (Fault)
                    (all, a, how) ->
                        a.worker.afterTraining =
                            once(() -> a.bulk.cutAfter(Way.TO_SERVER, MIDDLE, how))),
            Arguments.of("after submit, its receipt lost", (Fault) CutMatrixIT::receiptLost))
        .flatMap(
            row ->
                Stream.of(Cut.RESET, Cut.FIN)
                    .filter(how -> how == Cut.RESET || FULL || inTransfer(row))
                    .map(how -> Arguments.of(row.get()[0], how, row.get()[1])));
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
  private static void receiptLost(NetworkFederation federation, Site a, Cut how) {
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
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(NetworkFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void withoutACut(@TempDir Path home) throws Exception {
    try (var federation = new NetworkFederation(home)) {
      Site a = federation.site("a", 0.25f).start();
      federation.site("b", 0.75f).start();
      RunView end = federation.awaitEnd(federation.run(2, BOTH));
      assertEquals("completed", end.getState(), end.getReason());
      undisturbed = end.getFinalDigest();
      usualDown = a.bulk.bytes(Way.TO_CLIENT);
      usualUp = a.bulk.bytes(Way.TO_SERVER);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("matrix")
  void cut_anywhere_roundsCommitAsWithout(String where, Cut how, Fault fault) throws Exception {
    try (var federation = new NetworkFederation(folder)) {
      Site a = federation.site("a", 0.25f);
      Site b = federation.site("b", 0.75f);
      fault.arm(federation, a, how);
      a.start();
      b.start();
      RunView end = federation.awaitEnd(federation.run(2, BOTH));
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(undisturbed, end.getFinalDigest());
      for (int round = 1; round <= 2; round++) {
        assertEquals(1, end.getRounds(round).getAttempts());
        assertEquals("counted", shown(end, round, "a").getState());
        assertEquals("counted", shown(end, round, "b").getState());
      }
      trainedOnce(a.worker.trained);
      trainedOnce(b.worker.trained);
      a.awaitJoins(1);
      a.await(status -> status.work().isEmpty());
      long down = a.bulk.bytes(Way.TO_CLIENT) - usualDown;
      long up = a.bulk.bytes(Way.TO_SERVER) - usualUp;
      assertTrue(down <= MOST_AGAIN, down + " bytes were fetched again");
      assertTrue(up <= MOST_AGAIN, up + " bytes were submitted again");
      assertTrue(a.control.connections() <= 1, "one connection for control");
      assertTrue(a.bulk.connections() <= 1, "one connection for bulk");
    }
    noneLeft();
  }

  private static void trainedOnce(List<AssignmentId> trained) {
    assertEquals(2, trained.size(), trained.toString());
    assertEquals(2, new HashSet<>(trained).size(), trained.toString());
  }

  private static AssignmentView shown(RunView run, int round, String node) {
    return run.getRounds(round).getCohortList().stream()
        .filter(work -> work.getNode().equals(node))
        .findFirst()
        .orElseThrow();
  }

  /** Every thread of the closed federation ends. */
  private static void noneLeft() {
    Leaks.await();
  }
}
