package io.tributary.aggregation.codec;

import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodingTest {
  private static final float[] VALUES = Codings.normal(Codings.elements(Codings.ODD), 1);

  private static Coding coding(String compression) {
    return Codings.coding(compression, Codings.ODD, 42);
  }

  @ParameterizedTest
  @MethodSource("io.tributary.aggregation.codec.Codings#all")
  void encode_anyNumbers_writesACanonicalFileOfTheSizeThatWasSaid(String compression)
      throws IOException {
    Coding coding = coding(compression);
    byte[] encoded = Codings.encode(coding, VALUES);
    assertEquals(coding.bytes(), encoded.length);
    SafetensorsHeader header = Safetensors.read(ByteSource.of(encoded));
    assertTrue(header.canonical());
    assertEquals(coding.encoded(), header.layout());
    assertTrue(coding.flaw(ByteSource.of(encoded)).isEmpty());
    assertTrue(encoded.length < Safetensors.canonicalSize(Codings.ODD));
  }

  @ParameterizedTest
  @MethodSource("io.tributary.aggregation.codec.Codings#all")
  void encode_sameKey_givesTheSameBytes(String compression) throws IOException {
    assertArrayEquals(
        Codings.encode(coding(compression), VALUES), Codings.encode(coding(compression), VALUES));
  }

  @ParameterizedTest
  @CsvSource({"int8, true", "int4, true", "random-k, true", "bf16, false", "top-k, false"})
  void encode_otherKey_givesOtherBytesWhereAnythingIsRandom(String name, boolean other)
      throws IOException {
    String plan = "\"" + name + "\"";
    byte[] one = Codings.encode(Codings.coding(plan, Codings.ODD, 1), VALUES);
    byte[] two = Codings.encode(Codings.coding(plan, Codings.ODD, 2), VALUES);
    assertEquals(other, !Arrays.equals(one, two));
  }

  @ParameterizedTest
  @MethodSource("io.tributary.aggregation.codec.Codings#all")
  void decode_anyPartOfIt_isThatPartOfTheWhole(String compression) throws IOException {
    Coding coding = coding(compression);
    ByteSource decoded = coding.decode(ByteSource.of(Codings.encode(coding, VALUES)));
    byte[] whole = new byte[(int) decoded.size()];
    decoded.read(0, ByteBuffer.wrap(whole));
    assertEquals(Safetensors.canonicalSize(Codings.ODD), whole.length);
    assertTrue(Safetensors.startsCanonically(decoded, Codings.ODD));
    var random = new SplittableRandom(3);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(whole.length);
      int count = random.nextInt(Math.min(whole.length - from, i % 3 == 0 ? 80_000 : 50) + 1);
      ByteBuffer part = i % 2 == 0 ? ByteBuffer.allocate(count) : ByteBuffer.allocateDirect(count);
      decoded.read(from, part);
      assertFalse(part.hasRemaining());
      byte[] read = new byte[count];
      part.flip().get(read);
      assertArrayEquals(
          Arrays.copyOfRange(whole, from, from + count), read, "replay: seed=3, part " + i);
    }
  }

  @Test
  void decode_pastTheEnd_isRefused() throws IOException {
    Coding coding = coding("\"int8\"");
    ByteSource decoded = coding.decode(ByteSource.of(Codings.encode(coding, VALUES)));
    assertThrows(
        EOFException.class, () -> decoded.read(decoded.size() - 3, ByteBuffer.allocate(4)));
    assertThrows(EOFException.class, () -> decoded.read(-1, ByteBuffer.allocate(4)));
  }

  @ParameterizedTest
  @MethodSource("io.tributary.aggregation.codec.Codings#all")
  void decode_zeros_areZeros(String compression) throws IOException {
    float[] zeros = new float[VALUES.length];
    assertArrayEquals(zeros, Codings.through(coding(compression), zeros));
  }

  /**
   * Errors of N(0, 1): squared, relative. For whole numbers known from the literature's formulas,
   * worked out by simulation in NumPy; sparse: one minus the share of the energy that is kept.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"f16\" | 4.3e-8",
        "\"bf16\" | 2.8e-6",
        "{\"name\":\"int8\",\"block\":64,\"rounding\":\"nearest\"} | 3.5e-5",
        "{\"name\":\"int8\",\"block\":256,\"rounding\":\"nearest\"} | 4.9e-5",
        "{\"name\":\"int8\",\"block\":4096,\"rounding\":\"nearest\"} | 7.5e-5",
        "{\"name\":\"int8\",\"block\":256} | 9.8e-5",
        "{\"name\":\"int4\",\"block\":64,\"rounding\":\"nearest\"} | 1.2e-2",
        "{\"name\":\"top-k\",\"fraction\":0.01} | 0.916",
        "{\"name\":\"top-k\",\"fraction\":0.05} | 0.721",
        "{\"name\":\"top-k\",\"fraction\":0.1} | 0.561",
        "{\"name\":\"top-k\",\"fraction\":0.25} | 0.276",
        "{\"name\":\"random-k\",\"fraction\":0.25,\"error-feedback\":true} | 0.75",
        "{\"name\":\"random-k\",\"fraction\":0.1} | 9"
      })
  void squaredError_ofNormalNumbers_isTheKnownOne(String compression, double known)
      throws IOException {
    float[] values = Codings.normal(1 << 18, 5);
    Coding coding = Codings.coding(compression, Codings.flat(values.length), 11);
    double error = Codings.squaredError(values, Codings.through(coding, values));
    assertEquals(known, error, 0.06 * known);
  }

  @Test
  void digest_namesCodecAndLayout() {
    Set<Object> digests = new HashSet<>();
    Codings.all().forEach(compression -> digests.add(coding(compression).digest()));
    // rounding and feedback are the node's; all else is told apart
    assertEquals(12, digests.size());
    assertEquals(Codings.ODD.digest(), coding("\"none\"").digest());
    assertEquals("f32", coding("\"none\"").codec());
    assertNotEquals(
        coding("\"int8\"").digest(), Codings.coding("\"int8\"", Codings.flat(9), 42).digest());
    assertEquals(coding("\"int8\"").digest(), Codings.coding("\"int8\"", Codings.ODD, 43).digest());
  }

  @Test
  void ofDelta_drawsFromSeedRoundAndNode_notFromTheAttempt() throws IOException {
    byte[] one = of("\"int8\"", "r-aaaa/1/1/a");
    assertArrayEquals(one, of("\"int8\"", "r-aaaa/1/2/a"));
    assertArrayEquals(one, of("\"int8\"", "r-bbbb/1/1/a"));
    assertFalse(Arrays.equals(one, of("\"int8\"", "r-aaaa/2/1/a")));
    assertFalse(Arrays.equals(one, of("\"int8\"", "r-aaaa/1/1/b")));
    String shared = "{\"name\":\"random-k\",\"mask\":\"shared\"}";
    assertArrayEquals(of(shared, "r-aaaa/1/1/a"), of(shared, "r-aaaa/1/1/b"));
    assertFalse(Arrays.equals(of(shared, "r-aaaa/1/1/a"), of(shared, "r-aaaa/2/1/a")));
  }

  private static byte[] of(String compression, String assignment) throws IOException {
    Coding coding =
        Coding.ofDelta(Codings.plan(compression), Codings.ODD, AssignmentId.parse(assignment));
    return Codings.encode(coding, VALUES);
  }

  @ParameterizedTest
  @MethodSource("io.tributary.aggregation.codec.Codings#all")
  void encode_numberThatIsNotFinite_isRefusedByItsTensor(String compression) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = VALUES.clone();
      values[17_400] = bad;
      var refused =
          assertThrows(
              FederationException.class, () -> Codings.encode(coding(compression), values));
      assertEquals(ErrorKind.REFUSED, refused.kind());
      assertEquals(
          "tensor \"e\" of the update: "
              + bad
              + " (expected: finite values). Lower the learning rate, or clip gradients.",
          refused.sentence());
    }
  }

  @Test
  void encode_numberThatTheCodecCantHold_isRefused() throws IOException {
    float[] values = VALUES.clone();
    values[3] = 65_520;
    var refused =
        assertThrows(FederationException.class, () -> Codings.encode(coding("\"f16\""), values));
    assertTrue(
        refused
            .sentence()
            .contains("\"a\" of the update: 65520.0 (expected: within the range of f16"),
        refused.sentence());
    values[3] = 65_519;
    assertEquals(65_504, Codings.through(coding("\"f16\""), values)[3]);
    values[3] = Float.MAX_VALUE;
    assertThrows(FederationException.class, () -> Codings.encode(coding("\"bf16\""), values));
    assertThrows(
        FederationException.class,
        () ->
            Codings.encode(
                coding("{\"name\":\"random-k\",\"fraction\":0.5}"), filled(Float.MAX_VALUE)));
    for (String whole : new String[] {"\"int8\"", "\"int4\""}) {
      float back = Codings.through(coding(whole), values)[3];
      assertEquals(Float.MAX_VALUE, back, Float.MAX_VALUE * 1e-6);
    }
  }

  private static float[] filled(float value) {
    float[] values = new float[VALUES.length];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void of_tensorThatIsNotFloat32_isRefused() {
    var wide = layout(tensor("w", DType.F64, 3));
    var refused =
        assertThrows(FederationException.class, () -> Codings.coding("\"int8\"", wide, 1));
    assertTrue(refused.sentence().contains("\"w\": F64[3] (expected: F32)"), refused.sentence());
    assertEquals(wide.digest(), Codings.coding("\"none\"", wide, 1).digest());
  }

  @ParameterizedTest
  @MethodSource("io.tributary.aggregation.codec.Codings#all")
  void coding_ofNothing_isAnEmptyFile(String compression) throws IOException {
    Coding coding = Codings.coding(compression, layout(tensor("w", DType.F32, 0)), 1);
    byte[] encoded = Codings.encode(coding, new float[0]);
    assertEquals(coding.bytes(), encoded.length);
    assertTrue(coding.flaw(ByteSource.of(encoded)).isEmpty());
    assertEquals(0, Codings.decode(coding, encoded).length);
  }

  @Test
  void plus_addsWhatLiesAtTheSamePlace() throws IOException {
    var layout = Codings.flat(40_000);
    FloatRun ones = (first, into, count) -> Arrays.fill(into, 0, count, 1);
    FloatRun places =
        (first, into, count) -> {
          for (int i = 0; i < count; i++) {
            into[i] = first + i;
          }
        };
    float[] read = new float[elements(layout)];
    ones.plus(places).read(5, read, 39_000);
    assertEquals(6, read[0]);
    assertEquals(39_005, read[38_999]);
  }

  private static int elements(io.tributary.aggregation.tensor.Layout layout) {
    return Codings.elements(layout);
  }
}
