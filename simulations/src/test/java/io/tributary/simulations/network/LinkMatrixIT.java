package io.tributary.simulations.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.rpc.SiteChannels;
import io.tributary.client.session.Phase;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.PeerName;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.ReloadRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.transport.ChannelSettings;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.KeepAlive;
import io.tributary.transport.testing.FaultyProxy;
import io.tributary.transport.testing.FaultyProxy.Cut;
import io.tributary.transport.testing.FaultyProxy.Way;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Networks that are slow, silent, moved or late, and nodes that come back as somebody newer. */
@Timeout(180)
class LinkMatrixIT {
  private static final long MIDDLE = 1_500_000;
  private static final long SLOW = 4_000_000; // bytes a second
  private static final long SLACK = (1 << 20) + (64 << 10);

  @TempDir Path folder;

  @AfterEach
  void nothingLeft() {
    Leaks.await();
  }

  private static String cohort(String... nodes) {
    return "\"cohort\": {\"quorum\": %d, \"nodes\": [\"%s\"]}"
        .formatted(nodes.length, String.join("\", \"", nodes));
  }

  private static void counted(RunView end, int updates) {
    assertEquals("completed", end.getState(), end.getReason());
    assertEquals(updates, end.getRounds(1).getUpdates());
    assertEquals(1, end.getRounds(1).getAttempts());
  }

  private static AssignmentView shown(RunView run, int round, String node) {
    return run.getRounds(round).getCohortList().stream()
        .filter(work -> work.getNode().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static <T> T got(CompletableFuture<T> future) throws Exception {
    return future.get(NetworkFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Half a minute is the usual time to find a dead connection; here it is grpc-java's least. */
  private static Site quick(Site site) {
    var alive = new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(2));
    var settings = ChannelSettings.usual().withKeepAlive(alive, alive);
    return site.start(
        parts ->
            parts.channels(config -> SiteChannels.open(config, InstantSource.system(), settings)));
  }

  @Test
  void halfOpenAndStalled_eachConnectionAndDirection_heartbeatsGoOnAndTheRoundCommits()
      throws Exception {
    try (var federation = new NetworkFederation(folder)) {
      Site deaf = federation.site("deaf", 0.5f);
      Site mute = federation.site("mute", 0.5f);
      Site fetching = federation.site("fetching", 0.5f);
      Site submitting = federation.site("submitting", 0.5f);
      Site stalled = federation.site("stalled", 0.5f);
      mute.worker.inTraining = () -> mute.control.stallOpen(Way.TO_SERVER);
      fetching.bulk.cutAfter(Way.TO_CLIENT, MIDDLE, Cut.HALF_OPEN);
      submitting.worker.afterTraining =
          () -> submitting.bulk.cutAfter(Way.TO_SERVER, MIDDLE, Cut.HALF_OPEN);
      var stall = new CompletableFuture<Integer>();
      stalled.worker.afterTraining =
          () ->
              stalled
                  .bulk
                  .stallAfter(Way.TO_SERVER, MIDDLE)
                  .then(() -> stall.complete(stalled.control.times(Way.TO_SERVER).size()));
      for (Site site : federation.sites) {
        quick(site).awaitJoins(1);
      }
      deaf.control.stallOpen(Way.TO_CLIENT);

      String run = federation.run(1, cohort("deaf", "mute", "fetching", "submitting", "stalled"));
      int before = got(stall);
      deaf.awaitJoins(2);
      mute.awaitJoins(2);
      beatsInTime(stalled.control.times(Way.TO_SERVER), before);
      stalled.bulk.resume(Way.TO_SERVER);

      counted(federation.awaitEnd(run), 5);
      for (Site site : federation.sites) {
        assertEquals(1, site.worker.trained.size(), site.name);
      }
      assertEquals(1, fetching.joins(), "a dead bulk connection is nothing to the session");
      assertEquals(1, stalled.joins());
    }
  }

  /**
   * The node's words on control since its bulk transfer stalled: a beat is due every third of the
   * lease of five seconds, stall or no stall; half as long again is for a busy machine.
   */
  private static void beatsInTime(List<Long> times, int before) {
    int beats = times.size() - before;
    assertTrue(beats >= 2, beats + " heartbeats in ten seconds");
    double every = (times.get(times.size() - 1) - times.get(before)) / 1e9 / (beats - 1);
    System.out.printf("a heartbeat every %.2f s while bulk stalls%n", every);
    assertTrue(every < 2.5, every + " s between heartbeats (expected: 1.67, at most 2.5)");
  }

  @Test
  void slowTenTimes_theRoundWaitsAndNobodyIsLost() throws Exception {
    try (var federation = new NetworkFederation(folder)) {
      Site slow = federation.site("slow", 0.25f);
      federation.site("quick", 0.75f).start();
      for (Way way : Way.values()) {
        slow.bulk.throttle(way, SLOW);
        slow.control.throttle(way, 20_000);
        slow.control.delay(way, Duration.ofMillis(20));
      }
      var fetched = new CompletableFuture<Double>();
      slow.worker.beforeTraining =
          () -> fetched.complete((System.nanoTime() - slow.bulk.times(Way.TO_SERVER).get(0)) / 1e9);
      slow.start();

      counted(federation.awaitEnd(federation.run(1, cohort("slow", "quick"))), 2);

      assertEquals(1, slow.joins());
      assertEquals(1, slow.bulk.accepted(), "one connection carried it all");
      double least = 0.9 * Files.size(folder.resolve("model/model.safetensors")) / SLOW;
      assertTrue(got(fetched) >= least, got(fetched) + " s for the fetch: that is not slow");
    }
  }

  @Test
  void submissionAfterTheRoundClosed_staleAndThrownAwayAndTheNodeGoesOn() throws Exception {
    try (var federation = new NetworkFederation(folder)) {
      Site late = federation.site("late", 0.25f);
      federation.site("other", 0.75f).start();
      var stalled = new CompletableFuture<Void>();
      late.worker.afterTraining =
          () -> {
            late.worker.afterTraining = () -> {};
            late.bulk.stallAfter(Way.TO_SERVER, MIDDLE).then(() -> stalled.complete(null));
          };
      late.start();
      String one =
          "\"cohort\": {\"quorum\": 1, \"nodes\": [\"late\", \"other\"]},"
              + " \"deadlines\": {\"recruit\": \"60s\", \"round\": \"4s\"}";
      String run = federation.run(1, one);
      got(stalled);
      late.control.stall(Way.TO_CLIENT); // or it would be told of the end before it tries
      RunView end = federation.awaitEnd(run);
      counted(end, 1);
      AssignmentView shown = shown(end, 1, "late");
      assertEquals("cancelled", shown.getState());
      assertTrue(shown.getReason().contains("closed without it"), shown.getReason());

      late.bulk.resume(Way.TO_SERVER);
      late.await(status -> status.work().isEmpty());
      late.control.resume(Way.TO_CLIENT);

      counted(federation.awaitEnd(federation.run(1, cohort("late", "other"))), 2);
      assertEquals(2, late.worker.trained.size());
      try (Stream<Path> kept = Files.walk(folder.resolve("late/state/updates"))) {
        assertEquals(
            List.of(),
            kept.filter(Files::isRegularFile)
                .filter(file -> file.toString().contains(run))
                .toList());
      }
    }
  }

  @Test
  void backWithAnotherSerial_goesOnWithItsSubmission_andTheOldOneIsRefused() throws Exception {
    try (var federation = new NetworkFederation(folder)) {
      Site site = federation.site("site", 0.25f);
      var stalled = new CompletableFuture<Void>();
      site.worker.afterTraining =
          () -> {
            site.bulk.stallAfter(Way.TO_SERVER, MIDDLE).then(() -> stalled.complete(null));
          };
      site.start();
      String run = federation.run(1, cohort("site"));
      got(stalled);
      var old = federation.channels("site");
      try {
        federation.awaitStored(site, 1 << 20);
        site.bulk.cut(Cut.RESET); // or what the proxy holds comes beside what is sent again
        site.stop();
        federation.authority.revoke(PeerName.parse("tributary://acme/node/site"));
        federation.operator().reload(ReloadRequest.getDefaultInstance());
        federation.certify("site");
        site.bulk.resume(Way.TO_SERVER);
        site.start();

        counted(federation.awaitEnd(run), 1);

        assertEquals(1, site.worker.trained.size(), "what was finished is not trained again");
        long sent = site.bulk.bytes(Way.TO_SERVER);
        long size = Files.size(folder.resolve("model/model.safetensors")) * 3 / 2;
        assertTrue(sent <= size + SLACK, sent + " bytes for an update of " + size);
        var refused =
            assertThrows(
                RuntimeException.class,
                () ->
                    ArtifactsGrpc.newBlockingStub(old.bulk(federation.bulk().getPort()))
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .progress(StoredRequest.getDefaultInstance()));
        assertEquals(ErrorKind.NOT_ADMITTED, ErrorStatus.fromStatus(refused).kind());
      } finally {
        old.close(Duration.ZERO);
      }
    }
  }

  @Test
  void coordinatorAtANewAddress_nodesFindItAndLoseNoWork() throws Exception {
    try (var federation = new NetworkFederation(folder)) {
      Site training = federation.site("training", 0.25f);
      Site fetching = federation.site("fetching", 0.75f);
      var begun = new CompletableFuture<Void>();
      var moved = new CompletableFuture<Void>();
      training.worker.inTraining =
          () -> {
            begun.complete(null);
            moved.join();
          };
      var stalled = fetching.bulk.stallAfter(Way.TO_CLIENT, MIDDLE);
      training.start();
      fetching.start();
      String run = federation.run(1, cohort("training", "fetching"));
      got(begun);
      stalled.await(NetworkFederation.PATIENCE);

      federation.moveCoordinator();
      for (Site site : federation.sites) {
        site.control.target(federation.control());
        site.bulk.target(federation.bulk());
      }
      fetching.bulk.resume(Way.TO_CLIENT);
      moved.complete(null);

      counted(federation.awaitEnd(run), 2);
      for (Site site : federation.sites) {
        assertEquals(1, site.worker.trained.size(), site.name);
        site.await(status -> status.phase() == Phase.JOINED && status.epoch() == 2);
      }
    }
  }

  @Test
  void coordinatorAtANewAddressOfItsName_nodeLooksTheNameUpAgain() throws Exception {
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    InetAddress there = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    try (var name = MovedName.serve("fed.test", here);
        var federation = new NetworkFederation(folder)) {
      Site site = federation.site("site", 0.25f);
      var port = new InetSocketAddress(there, site.control.port());
      site.configure(federation.config(site, "fed.test", ""));
      site.start().awaitJoins(1);
      int before = name.lookUps.get();
      try (FaultyProxy elsewhere = FaultyProxy.at(port, federation.control())) {
        name.move(there);
        site.control.close();

        site.awaitJoins(2);

        assertTrue(name.lookUps.get() > before, "looked up again");
        assertEquals(1, elsewhere.connections());
        counted(federation.awaitEnd(federation.run(1, cohort("site"))), 1);
        site.stop();
      }
    }
  }
}
