package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.transfer.TransferBench;
import io.tributary.cli.bench.transfer.TransferSettings;
import io.tributary.cli.output.Console;
import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bench in small, and a file far larger than the memory of the processes that move it: each has
 * a heap of 256 MB at most.
 */
@Timeout(600)
class TransferBenchIT {
  @TempDir Path folder = Path.of("");

  private List<String> figures(String size, int nodes) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    var surroundings = new Surroundings(print, print, Map.of(), folder, false, 200);
    var settings = new TransferSettings(folder.resolve("bench"), DataSize.parse(size), 1, 1, nodes);
    TransferBench.run(settings, new Console(surroundings, true));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static long count(List<String> figures, String part) {
    return figures.stream().filter(line -> line.contains(part)).count();
  }

  @Test
  void transfer_smallFile_givesEveryFigureBesideItsLimit() {
    List<String> figures = figures("24MB", 2);
    // fetch, submission, and the durable baseline itself
    assertEquals(3, count(figures, "against one raw TLS stream"), figures.toString());
    assertEquals(2, count(figures, "against the same with SHA-256, write, force"));
    assertEquals(2, count(figures, "2 nodes at once"));
    assertEquals(2, count(figures, "most resident memory"));
  }

  @Test
  @Tag("long")
  void transfer_fileOfFiveGigabytes_passesWithAHeapOf256Megabytes() {
    assertTrue(count(figures("5GB", 1), "\"case\":\"submit\"") > 0);
  }

  @Test
  void settings_outOfRange_areRefused() {
    var size = new DataSize(1_000_000);
    for (var wrong :
        List.<org.junit.jupiter.api.function.Executable>of(
            () -> new TransferSettings(folder, new DataSize(999_999), 1, 1, 1),
            () -> new TransferSettings(folder, size, 0, 1, 1),
            () -> new TransferSettings(folder, size, 1, 0, 1),
            () -> new TransferSettings(folder, size, 1, 1, 65))) {
      assertEquals(ErrorKind.INVALID_CONFIG, assertThrows(FederationException.class, wrong).kind());
    }
  }
}
