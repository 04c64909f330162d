package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules over encoded files, read block by block, give what they give over decoded ones. */
class CompressedAggregationTest {
  private static final Layout LAYOUT =
      layout(
          tensor("a", DType.F32, 70, 401),
          tensor("b", DType.F32, 7),
          tensor("c", DType.F32, 9_001));
  private static final int NODES = 5;
  private static final ExecutorService POOL = Executors.newFixedThreadPool(3);

  @AfterAll
  static void shutDown() {
    POOL.shutdownNow();
  }

  private static byte[] encoded(Coding coding, byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    coding.encode(FloatRun.of(ByteSource.of(plain), LAYOUT), ByteSink.of(Channels.newChannel(out)));
    return out.toByteArray();
  }

  private static byte[] all(ByteSource source) throws IOException {
    byte[] bytes = new byte[(int) source.size()];
    source.read(0, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static SpooledUpdate update(int node, ByteSource delta) {
    return new SpooledUpdate(
        new NodeName("n" + node), node + 1, 1, new TreeMap<>(Map.of("delta", delta)));
  }

  private static byte[] run(Plan plan, List<SpooledUpdate> updates, Execution execution)
      throws IOException {
    byte[] old = SampleFiles.random(LAYOUT, 99);
    return Orders.run(
            AggregationOrder.ofDelta(plan, LAYOUT, ByteSource.of(old), updates, execution))
        .file();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"bf16\" | \"weighted-mean\"",
        "\"int8\" | \"weighted-mean\"",
        "\"int8\" | \"median\"",
        "\"int4\" | \"multi-krum\"",
        "\"top-k\" | \"weighted-mean\"",
        "{\"name\":\"top-k\",\"fraction\":0.3} | \"krum\"",
        "\"random-k\" | \"norm-clipping\"",
        "{\"name\":\"random-k\",\"mask\":\"shared\"} | \"trimmed-mean\""
      })
  void run_overEncodedFiles_isThatOverDecodedOnes(String compression, String rule)
      throws IOException {
    Plan plan =
        TestPlans.of(
            "{\"cohort\":{\"quorum\":5},\"compression\":"
                + compression
                + ",\"rule\":"
                + rule
                + "}");
    List<SpooledUpdate> views = new ArrayList<>();
    List<SpooledUpdate> files = new ArrayList<>();
    List<SpooledUpdate> originals = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      Coding coding = Coding.ofDelta(plan, LAYOUT, AssignmentId.parse("r/1/1/n" + node));
      byte[] plain = SampleFiles.file(LAYOUT, new java.util.Random(node)::nextGaussian);
      ByteSource view = coding.decode(ByteSource.of(encoded(coding, plain)));
      views.add(update(node, view));
      files.add(update(node, ByteSource.of(all(view))));
      originals.add(update(node, ByteSource.of(plain)));
    }
    byte[] expected = run(plan, files, Execution.inCallingThread());
    assertArrayEquals(expected, run(plan, views, Execution.inCallingThread()));
    assertArrayEquals(expected, run(plan, views, new Execution(1 << 10, 3, POOL)));
    assertArrayEquals(expected, run(plan, views, new Execution(1 << 20, 2, POOL)));
    assertFalse(Arrays.equals(expected, run(plan, originals, Execution.inCallingThread())));
  }
}
