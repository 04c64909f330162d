package io.tributary.benchmarks;

import io.tributary.aggregation.gate.Gate;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.ScaledSums;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.store.ValueReader;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.Digest;
import io.tributary.federation.manifest.EntryHash;
import io.tributary.federation.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a round costs for each float32 value, in memory: nanoseconds a value. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Kernels {
  /** Values of one block of the aggregation. */
  static final int BLOCK = 16 << 10;

  /** Values of one file, as many as a manifest's piece has. */
  static final int FILE = 1 << 20;

  private static final int UPDATES = 16;

  private final Layout layout =
      Layout.of(List.of(new TensorSpec("w", DType.F32, List.of((long) FILE))));
  private final ValueReader reader = ValueReader.direct(BLOCK);
  private final Block block = new Block(DType.F32, 0, BLOCK);
  private final double[] sums = new double[BLOCK];
  private final double[] row = new double[BLOCK];
  private final double[] weights = new double[UPDATES];
  private final ScaledSums scaled = new ScaledSums(BLOCK);
  private List<ByteSource> files = List.of();
  private byte[] bytes = new byte[0];
  private ByteSource file = ByteSource.of(bytes);

  /** A canonical file of random values. */
  @Setup
  public void fill() {
    var random = new SplittableRandom(1);
    ByteBuffer out =
        ByteBuffer.allocate((int) Safetensors.canonicalSize(layout))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Safetensors.canonicalHeader(layout));
    while (out.hasRemaining()) {
      out.putFloat((float) (random.nextDouble() - 0.5));
    }
    bytes = out.array();
    file = ByteSource.of(bytes);
    files = Collections.nCopies(UPDATES, file);
    Arrays.fill(weights, 3);
  }

  /** Sum: the values of 16 updates, each times its weight, added to float64 sums. */
  @Benchmark
  @OperationsPerInvocation(UPDATES * BLOCK)
  public double sum() throws IOException {
    scaled.add(files, weights, 64, block, sums);
    return sums[0];
  }

  /** Row: one update's values as a rule sees them that looks at all side by side. */
  @Benchmark
  @OperationsPerInvocation(BLOCK)
  public double row() throws IOException {
    reader.read(file, 64, block, row);
    return row[0];
  }

  /** Squares: the norm's part of the gate's scan. */
  @Benchmark
  @OperationsPerInvocation(SquareSums.GRANULE)
  public double squares() {
    return SquareSums.granule(row, 0, SquareSums.GRANULE);
  }

  /** Gate: finite and norm, header included. */
  @Benchmark
  @OperationsPerInvocation(FILE)
  public double finiteAndNorm() throws IOException {
    return Gate.norm(file);
  }

  /** Hash: SHA-256. */
  @Benchmark
  @OperationsPerInvocation(FILE)
  public Digest hash() {
    return Digest.of(bytes);
  }

  /** Hash of a file and of its pieces, as a manifest lists them. */
  @Benchmark
  @OperationsPerInvocation(FILE)
  public ManifestEntry hashWithPieces() {
    var hash = new EntryHash();
    hash.update(ByteBuffer.wrap(bytes));
    return hash.entry("w");
  }
}
