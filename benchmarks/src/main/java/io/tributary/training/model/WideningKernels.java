package io.tributary.training.model;

import io.tributary.aggregation.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

/** Stored weights of two bytes become float32: nanoseconds a value. In the package of its subject. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WideningKernels {
  private static final int VALUES = 64 << 10;

  private final ByteBuffer bytes =
      ByteBuffer.allocate(2 * VALUES).order(ByteOrder.LITTLE_ENDIAN);
  private final float[] floats = new float[VALUES];

  /** Random finite values. */
  @Setup
  public void fill() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < VALUES; i++) {
      bytes.putShort(2 * i, (short) (random.nextInt() & 0xbfff));
    }
  }

  /** bfloat16. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public float bf16() {
    return widen(DType.BF16);
  }

  /** IEEE binary16. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public float f16() {
    return widen(DType.F16);
  }

  private float widen(DType dtype) {
    bytes.clear();
    for (int i = 0; i < VALUES; i++) {
      floats[i] = HalfFloats.widen(dtype, bytes);
    }
    return floats[VALUES - 1];
  }
}
