package io.tributary.cli.bench.simulate;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.cli.bench.ProcessSample;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.simulations.engine.VirtualFederation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Looks at this process while a simulation goes on. Confined to one thread. */
final class SimulateWatch {
  /** Rounds in which the compiler is at work, or half of them where there are few. */
  private static final int WARM_UP = 100;

  private static final Duration LOOK = Duration.ofMillis(20);

  private final int rounds;
  private long heapAtThird;
  private int roundsAtThird;
  private double processorAtTwoThirds;
  private int roundsAtTwoThirds;

  SimulateWatch(int rounds) {
    this.rounds = rounds;
  }

  /** Waits for the end of a run; its committed rounds. */
  List<RoundRecord> await(VirtualFederation federation, RunId run) {
    while (true) {
      RunState state = federation.direct().run(run).orElseThrow();
      look(state.rounds().size());
      if (state.phase() == Phase.COMPLETED) {
        return state.rounds();
      }
      if (state.phase().held() || state.phase().ended()) {
        throw FederationException.of(
            ErrorKind.WORKER_FAILED, "run", state.reason(), "a run that completes", "See the log.");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private void look(int committed) {
    if (roundsAtThird == 0 && committed > rounds / 3) {
      heapAtThird = liveHeap();
      roundsAtThird = committed;
    }
    if (roundsAtTwoThirds == 0 && committed > 2 * rounds / 3) {
      processorAtTwoThirds = processorSeconds();
      roundsAtTwoThirds = committed;
    }
  }

  /** The figures of a run that has ended. */
  SimulateFigures figures(List<RoundRecord> committed, double wallSeconds) {
    double processor = processorSeconds();
    double grown = (double) (liveHeap() - heapAtThird) / Math.max(1, rounds + 1 - roundsAtThird);
    List<RoundRecord> trained = committed.stream().filter(record -> record.round() > 0).toList();
    int warm = Math.min(WARM_UP, rounds >= 20 ? rounds / 2 : 2);
    double[] rates =
        trained.stream()
            .skip(warm)
            .mapToDouble(r -> r.updates() * 1e9 / Math.max(1, r.duration().toNanos()))
            .toArray();
    double late = median(Arrays.copyOfRange(rates, rates.length * 2 / 3, rates.length));
    Arrays.sort(rates);
    return new SimulateFigures(
        rates[rates.length / 2],
        late,
        rates[0],
        rates[rates.length - 1],
        rates.length,
        trained.get(0).duration().toNanos() / 1e9,
        wallSeconds,
        processor,
        steady(trained, processor),
        grown,
        ProcessSample.peakBytes(ProcessHandle.current().pid()) / 1e6);
  }

  /** Microseconds of processor time a client-round took when the compiler had done most of it. */
  private double steady(List<RoundRecord> trained, double processor) {
    long updates =
        trained.stream()
            .filter(record -> record.round() >= roundsAtTwoThirds)
            .mapToLong(RoundRecord::updates)
            .sum();
    return (processor - processorAtTwoThirds) * 1e6 / Math.max(1, updates);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static long liveHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static double processorSeconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : Double.NaN;
  }
}
