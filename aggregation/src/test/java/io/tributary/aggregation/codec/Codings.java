package io.tributary.aggregation.codec;

import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;

import io.tributary.aggregation.SampleFiles;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.CompressionPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Codecs, layouts and numbers for tests. */
final class Codings {
  /** Ends of tensors at odd places, an empty one, a scalar, one longer than a piece. */
  static final Layout ODD =
      layout(
          tensor("a", DType.F32, 5),
          tensor("b", DType.F32, 100, 173),
          tensor("c", DType.F32),
          tensor("d", DType.F32, 0, 3),
          tensor("e", DType.F32, 3, 4099));

  static final String INT8 = "{\"name\":\"int8\",\"block\":64}";

  private Codings() {}

  static Stream<String> all() {
    return Stream.of(
        "\"bf16\"",
        "\"f16\"",
        "\"int8\"",
        "{\"name\":\"int8\",\"block\":4096}",
        "{\"name\":\"int8\",\"block\":24,\"rounding\":\"nearest\"}",
        "\"int4\"",
        "{\"name\":\"int4\",\"block\":8,\"rounding\":\"nearest\"}",
        "\"top-k\"",
        "{\"name\":\"top-k\",\"fraction\":0.5}",
        "\"random-k\"",
        "{\"name\":\"random-k\",\"fraction\":0.001,\"error-feedback\":true}",
        "{\"name\":\"random-k\",\"fraction\":0.5,\"mask\":\"shared\"}");
  }

  static Plan plan(String compression) {
    return Plan.read(
        Settings.of(
            "plan",
            JsonReader.read(
                "{\"name\":\"p\",\"seed\":7,\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},"
                    + "\"federation\":{\"compression\":"
                    + compression
                    + "}}")));
  }

  static CompressionPlan compression(String compression) {
    return plan(compression).federation().compression();
  }

  static Coding coding(String compression, Layout layout, long key) {
    return Coding.of(compression(compression), layout, key);
  }

  static Layout flat(long elements) {
    return layout(tensor("w", DType.F32, elements));
  }

  static int elements(Layout layout) {
    return (int) (layout.dataBytes() / Float.BYTES);
  }

  /** Standard normal numbers. */
  static float[] normal(int count, long seed) {
    var random = new java.util.Random(new SplittableRandom(seed).nextLong());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static byte[] encode(Coding coding, float[] values) throws IOException {
    var out = new ByteArrayOutputStream();
    FloatRun run = FloatRun.of(ByteSource.of(file(coding.layout(), values)), coding.layout());
    coding.encode(run, io.tributary.aggregation.tensor.ByteSink.of(Channels.newChannel(out)));
    return out.toByteArray();
  }

  static byte[] file(Layout layout, float[] values) {
    int[] next = {0};
    return SampleFiles.file(layout, () -> values[next[0]++]);
  }

  static float[] decode(Coding coding, byte[] encoded) throws IOException {
    ByteSource decoded = coding.decode(ByteSource.of(encoded));
    ByteBuffer bytes = ByteBuffer.allocate((int) decoded.size()).order(ByteOrder.LITTLE_ENDIAN);
    decoded.read(0, bytes);
    bytes.position(Safetensors.canonicalHeader(coding.layout()).length);
    float[] values = new float[elements(coding.layout())];
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  static float[] through(Coding coding, float[] values) throws IOException {
    return decode(coding, encode(coding, values));
  }

  /** ‖x − Q(x)‖² / ‖x‖². */
  static double squaredError(float[] values, float[] decoded) {
    double error = 0;
    double whole = 0;
    for (int i = 0; i < values.length; i++) {
      error += Math.pow((double) values[i] - decoded[i], 2);
      whole += Math.pow(values[i], 2);
    }
    return error / whole;
  }
}
