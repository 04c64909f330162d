package io.tributary.cli.bench.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the product is held against does the whole work too. */
class PlainLoopTest {
  private static final int START = 24;
  private static final int ELEMENTS = 100_001;

  private final ExecutorService pool = Executors.newFixedThreadPool(3);
  @TempDir Path folder = Path.of("");

  @AfterEach
  void stop() {
    pool.shutdown();
  }

  @Test
  void run_threeThreads_writesTheWeightedSumOfEveryColumn() throws Exception {
    var random = new SplittableRandom(1);
    double[] weights = {0.5, 0.25, 0.25};
    double[] expected = new double[ELEMENTS];
    List<Path> files = new ArrayList<>();
    for (double weight : weights) {
      ByteBuffer bytes =
          ByteBuffer.allocate(START + 4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN).position(START);
      for (int i = 0; i < ELEMENTS; i++) {
        float value = (float) random.nextDouble();
        bytes.putFloat(value);
        expected[i] += weight * value;
      }
      files.add(Files.write(folder.resolve("f" + files.size()), bytes.array()));
    }
    Path out = folder.resolve("sums");

    new PlainLoop(files, weights, START, ELEMENTS).run(out, pool, 3);

    ByteBuffer sums = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(START + 4 * ELEMENTS, sums.capacity());
    for (int i = 0; i < ELEMENTS; i++) {
      assertEquals((float) expected[i], sums.getFloat(START + 4 * i));
    }
  }
}
