package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.coordinator.driver.Failpoints;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The smaller form of {@code tributary bench crash}: real processes, a handful of kills. */
@Timeout(900)
class CrashBenchIT {
  private static final long SEED = 5;

  @TempDir Path folder = Path.of("");

  @Test
  void kills_ofEverySide_leaveDigestAndReceiptsAsUndisturbed() {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    var surroundings = new Surroundings(print, print, Map.of(), folder, false, 200);
    var order =
        new CrashOrder(
            new BenchSettings(folder.resolve("bench"), BenchModel.TABULAR, SEED, 2, 2),
            1,
            List.of(Failpoints.UPDATE_FORCED),
            List.of(KillTarget.COORDINATOR, KillTarget.NODE, KillTarget.WORKER, KillTarget.BOTH),
            Optional.empty());
    boolean equal = CrashBench.run(order, new Console(surroundings, false), SLOW_MACHINE);
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(equal, said + "replay: seed=" + SEED);
    // coordinator, node, worker, both sides, and the failpoint
    assertEquals(6, said.lines().filter(line -> line.contains("kept  equal")).count(), said);
  }

  /** Tests run beside others: the bar of seconds is held by the bench, on a quiet machine. */
  private static final double SLOW_MACHINE = 60;
}
