package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Pattern HEAD = Pattern.compile("^[0-9a-f]+-[0-9a-f]+ ");
  private static final long LOWEST_NATIVE = 1L << 40;
  private static final int WARM_UP = 400;
  private static final int CYCLES = 200;
  private static final long MOST_GROWTH_KILOBYTES = 16 << 10;

  @TempDir Path folder;

  /** The masks of one cycle, 200 kB, are the smallest thing that must not stay. */
  @Test
  void loadTrainRead_manyTimes_residentMemoryStaysFlat() throws IOException {
    assumeTrue(Files.exists(MAPPINGS), "resident memory is read from /proc");
    Plan plan = SmallModels.textPlan("{\"batch-size\":4,\"clip-norm\":1}");
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    long before = 0;
    for (int cycle = 0; cycle < WARM_UP + CYCLES; cycle++) {
      if (cycle == WARM_UP) {
        before = residentKilobytes();
      }
      cycle(base, plan, zero, cycle);
    }
    long grown = residentKilobytes() - before;
    assertTrue(grown < MOST_GROWTH_KILOBYTES, grown + " kB more after " + CYCLES + " cycles");
  }

  private static void cycle(BaseModel base, Plan plan, Path zero, int cycle) throws IOException {
    int[][] ids = new int[8][];
    for (int i = 0; i < ids.length; i++) {
      int first = 1000 + i;
      int length = 24 - (i + cycle) % 2;
      ids[i] = IntStream.range(0, length).map(t -> first + 97 * t).toArray();
    }
    var inputs = new TokenInputs(ids, new int[0][], new int[ids.length]);
    TokenRows rows = TokenRows.of(IntStream.range(0, 12_000));
    try (ModelValues values = ModelValues.open(base, plan, zero);
        LiveModel model = LiveModel.open(TorchRuntime.start(1), plan.train(), values, rows, true)) {
      var rate = LearningRate.of(plan.train().schedule(), 1e-3, 1, 1, 2);
      var loop = new TrainingLoop(model, plan.train(), rate);
      loop.step(inputs, new int[] {0, 1, 2, 3, 4, 5, 6, 7}, cycle);
      loop.step(inputs, new int[] {7, 6, 5, 4}, cycle);
      model.logits(inputs, new int[] {0, 7});
    }
  }

  /**
   * Resident memory outside Java's heap, which grows and shrinks as it likes: with compressed
   * references it lies in the lowest addresses, native memory in the highest and in [heap].
   */
  private static long residentKilobytes() throws IOException {
    long sum = 0;
    boolean counted = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      if (HEAD.matcher(line).find()) {
        long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        counted = start >= LOWEST_NATIVE || line.endsWith("[heap]");
      } else if (counted && line.startsWith("Rss:")) {
        sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return sum;
  }
}
