package io.tributary.benchmarks;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.gate.Gate;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.Blocks;
import io.tributary.aggregation.store.ScaledSums;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a codec costs for each float32 value, in memory: nanoseconds a value; 4,000 over it are MB/s
 * of float32.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecKernels {
  /** By the name that plans have, with its usual options. */
  @Param({"none", "bf16", "f16", "int8", "int4", "top-k", "random-k"})
  public String codec = "none";

  private final Layout layout =
      Layout.of(List.of(new TensorSpec("w", DType.F32, List.of((long) Kernels.FILE))));
  private final ScaledSums scaled = new ScaledSums(Kernels.BLOCK);
  private final double[] sums = new double[Kernels.BLOCK];
  private Coding coding = Coding.plain(layout);
  private ByteSource file = ByteSource.of(new byte[0]);
  private ByteSource decoded = file;

  /** Normal numbers, and what the codec makes of them. */
  @Setup
  public void fill() throws IOException {
    var random = new Random(1);
    ByteBuffer out =
        ByteBuffer.allocate((int) Safetensors.canonicalSize(layout))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Safetensors.canonicalHeader(layout));
    while (out.hasRemaining()) {
      out.putFloat((float) random.nextGaussian());
    }
    file = ByteSource.of(out.array());
    String plan =
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},"
            + "\"federation\":{\"compression\":\""
            + codec
            + "\"}}";
    coding = Coding.of(Plan.parse(plan).federation().compression(), layout, 7);
    var encoded = new ByteArrayOutputStream();
    coding.encode(FloatRun.of(file, layout), ByteSink.of(Channels.newChannel(encoded)));
    decoded = coding.decode(ByteSource.of(encoded.toByteArray()));
  }

  /** Encode: a file's values, into nothing. */
  @Benchmark
  @OperationsPerInvocation(Kernels.FILE)
  public void encode() throws IOException {
    coding.encode(FloatRun.of(file, layout), bytes -> bytes.position(bytes.limit()));
  }

  /** Decode and sum: one update's part of a weighted mean. */
  @Benchmark
  @OperationsPerInvocation(Kernels.FILE)
  public double decodeAndSum() throws IOException {
    long start = Safetensors.canonicalHeader(layout).length;
    for (Block block : Blocks.of(layout, Kernels.BLOCK)) {
      scaled.add(List.of(decoded), new double[] {3}, start, block, sums);
    }
    return sums[0];
  }

  /** Decode at the gate: finite and norm. */
  @Benchmark
  @OperationsPerInvocation(Kernels.FILE)
  public double decodeAndJudge() throws IOException {
    return Gate.norm(decoded);
  }
}
