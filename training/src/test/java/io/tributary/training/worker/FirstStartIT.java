package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first starts in a fresh home, several at once. */
@Tag("long")
@Timeout(300)
class FirstStartIT {
  private static final String CACHE = "DJL_CACHE_DIR";

  @TempDir Path home;

  @Test
  void firstStarts_atTheSameTime_allSucceedAndUnpackOnce() throws IOException {
    String before = System.getProperty(CACHE);
    System.setProperty(CACHE, home.toString());
    try {
      List<ChildWorker> workers =
          IntStream.range(0, 3)
              .mapToObj(i -> ChildWorker.open(ChildWorkerOptions.defaults()))
              .toList();
      for (ChildWorker worker : workers) {
        assertEquals("PyTorch 2.7.1", worker.describe().engine());
      }
      workers.forEach(ChildWorker::close);
    } finally {
      if (before == null) {
        System.clearProperty(CACHE);
      } else {
        System.setProperty(CACHE, before);
      }
    }
    assertTrue(Files.exists(home.resolve("tributary-engine.lock")));
    try (var libraries = Files.walk(home)) {
      assertEquals(1, libraries.filter(f -> f.endsWith("libtorch_cpu.so")).count());
    }
  }
}
