package io.tributary.cli.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Kills at the planned instants, on a thread of its own so that a call under way delays none, and
 * remembers for the stepping thread which death was planned.
 */
final class KillClock implements AutoCloseable {
  private static final long AGAIN_MILLIS = 50;
  private static final int TRIES = 40;

  /** A worker that was killed. */
  record WorkerKill(String member, long pid, String how) {}

  private final BenchFederation federation;
  private final List<PlannedKill> kills;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "kill-clock");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<Member, String> expected = new HashMap<>();
  private final List<WorkerKill> workers = new ArrayList<>();
  private int left;
  private int missed;

  KillClock(BenchFederation federation, List<PlannedKill> kills) {
    this.federation = federation;
    this.kills = List.copyOf(kills);
    this.left = kills.size();
  }

  /** The trial begins now. */
  void start() {
    for (PlannedKill kill : kills) {
      schedule(kill, (long) (kill.seconds() * 1000), TRIES);
    }
  }

  private void schedule(PlannedKill kill, long millis, int tries) {
    @SuppressWarnings("unused") // ends with the timer
    var future = timer.schedule(() -> strike(kill, tries), millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void strike(PlannedKill kill, int tries) {
    String how = String.format(Locale.ROOT, "at %.2f s", kill.seconds());
    if (kill.target() == KillTarget.WORKER || kill.target() == KillTarget.COORDINATOR_WORKER) {
      Member member =
          kill.target() == KillTarget.WORKER
              ? federation.nodes().get(kill.node())
              : federation.coordinator();
      List<ProcessHandle> found = member.workers();
      if (found.isEmpty() && tries > 0) {
        // it is about to be started, or will be with the next order
        schedule(kill, AGAIN_MILLIS, tries - 1);
        return;
      }
      if (!found.isEmpty()) {
        workers.add(new WorkerKill(member.name(), found.get(0).pid(), how));
        found.get(0).destroyForcibly();
      } else {
        missed++;
      }
    }
    if (kill.target().coordinator()) {
      strike(federation.coordinator(), how);
    }
    if (kill.target().node()) {
      strike(federation.nodes().get(kill.node()), how);
    }
    left--;
  }

  private void strike(Member member, String how) {
    if (member.alive()) {
      expected.put(member, how);
      member.kill();
    }
  }

  /** A kill that the stepping thread did itself. */
  synchronized void expected(Member member, String how) {
    expected.put(member, how);
  }

  /** How this death was planned; empty: it was not. */
  synchronized Optional<String> take(Member member) {
    return Optional.ofNullable(expected.remove(member));
  }

  /** The workers killed since the last call. */
  synchronized List<WorkerKill> workerKills() {
    List<WorkerKill> news = List.copyOf(workers);
    workers.clear();
    return news;
  }

  /** Whether every planned kill has happened and is known to the stepping thread. */
  synchronized boolean done() {
    return left == 0 && workers.isEmpty() && expected.isEmpty();
  }

  /** Kills of workers that were not there for two seconds from their instant on. */
  synchronized int missed() {
    return missed;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
