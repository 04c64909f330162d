package io.tributary.simulations.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes at their own pace, over mutual TLS: one of three is slow, and nobody waits for it. */
@Timeout(120)
class AsyncIT {
  private static final int ROUNDS = 6;
  private static final String MODE =
      "\"mode\": {\"name\": \"async\", \"buffer\": 2, \"max-staleness\": 5}";

  @TempDir Path folder;
  private NetworkFederation federation;
  private final CountDownLatch slowHasBegun = new CountDownLatch(1);
  private final CountDownLatch thirdHasBegun = new CountDownLatch(1);
  private final CountDownLatch slowCounts = new CountDownLatch(1);

  @BeforeEach
  void begin() throws Exception {
    federation = new NetworkFederation(folder);
    for (String name : List.of("a", "b")) {
      Site site = federation.site(name, 0.5f);
      site.worker.inTraining = () -> fast(round(site));
      site.start().awaitJoins(1);
    }
    Site slow = federation.site("slow", 0.25f);
    slow.worker.inTraining = () -> slow(round(slow));
    slow.start().awaitJoins(1);
  }

  @AfterEach
  void end() {
    federation.close();
    Leaks.await();
  }

  private static int round(Site site) {
    return site.worker.trained.get(site.worker.trained.size() - 1).round().round();
  }

  private void fast(int round) {
    await(slowHasBegun); // or the first version would be made before all are at work
    if (round >= 3) {
      thirdHasBegun.countDown();
    }
    if (round >= 4) {
      await(slowCounts);
    }
  }

  private void slow(int round) {
    if (round == 1) {
      slowHasBegun.countDown();
      await(thirdHasBegun);
    }
  }

  private static void await(CountDownLatch what) {
    try {
      assertTrue(what.await(60, TimeUnit.SECONDS), "it comes");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void run_oneSlowSite_versionsGoOnAndItsUpdateCountsWithItsAge() {
    String run = federation.run(ROUNDS, MODE, false);
    federation.await(run, view -> counted(view).anyMatch(AsyncIT::ofTheSlowOnesFirst));
    slowCounts.countDown();
    RunView end = federation.awaitEnd(run);

    assertEquals("completed", end.getState(), end.getReason());
    assertEquals(ROUNDS + 1, end.getRoundsCount());
    end.getRoundsList().stream().skip(1).forEach(round -> assertEquals(2, round.getUpdates()));
    RoundView with =
        end.getRoundsList().stream()
            .filter(round -> round.getCohortList().stream().anyMatch(AsyncIT::ofTheSlowOnesFirst))
            .findFirst()
            .orElseThrow();
    assertTrue(with.getRound() >= 3, "two versions were made without it");
    double oldest =
        with.getMeasuresList().stream()
            .filter(measure -> measure.getName().equals("staleness-max"))
            .findFirst()
            .orElseThrow()
            .getValue();
    assertEquals(with.getRound() - 1, oldest);
  }

  private static Stream<AssignmentView> counted(RunView view) {
    return Stream.concat(
        view.getCohortList().stream(),
        view.getRoundsList().stream().flatMap(round -> round.getCohortList().stream()));
  }

  private static boolean ofTheSlowOnesFirst(AssignmentView work) {
    return work.getState().equals("counted")
        && work.getNode().equals("slow")
        && AssignmentId.parse(work.getAssignment()).round().round() == 1;
  }
}
