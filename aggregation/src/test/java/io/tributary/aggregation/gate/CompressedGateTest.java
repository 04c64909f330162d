package io.tributary.aggregation.gate;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.gate.Verdict.Passed;
import io.tributary.aggregation.gate.Verdict.Refused;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Updates in a codec at the gate. */
class CompressedGateTest {
  private static final Digest BASE = Digest.ofUtf8("base");
  private static final Layout LAYOUT =
      layout(tensor("bias", DType.F32, 3), tensor("weight", DType.F32, 10));
  private static final byte[] FILE = file(LAYOUT, 3, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static final String INT8 = "{\"name\":\"int8\",\"block\":8}";
  private static final String TOP_K = "{\"name\":\"top-k\",\"fraction\":0.5}";

  private static Coding coding(String compression) {
    String plan =
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"federation\":{";
    return Coding.ofDeltas(Plan.parse(plan + "\"compression\":" + compression + "}}"), LAYOUT);
  }

  private static byte[] encoded(Coding coding) throws IOException {
    var sent = new ByteArrayOutputStream();
    coding.encode(FloatRun.of(ByteSource.of(FILE), LAYOUT), ByteSink.of(Channels.newChannel(sent)));
    return sent.toByteArray();
  }

  /** Judges what is claimed and sent in one coding, where another may be asked for. */
  private static Verdict judge(Coding asked, Coding claimed, byte[] file) throws IOException {
    var groups = new TreeMap<>(Map.of("delta", GroupSpec.delta(LAYOUT)));
    var limits = new GateLimits(Optional.empty(), 100);
    var codings = new TreeMap<>(Map.of("delta", asked));
    var claim =
        new UpdateClaim(
            BASE,
            10,
            new TreeMap<>(Map.of("delta", claimed.digest())),
            new TreeMap<>(Map.of("delta", claimed.codec())));
    return Gate.judge(
        claim, Map.of("delta", ByteSource.of(file)), new Expected(BASE, groups, limits, codings));
  }

  private static void assertRefusedFor(RefusalReason reason, String part, Verdict verdict) {
    Refused refused = assertInstanceOf(Refused.class, verdict);
    assertEquals(reason, refused.reason(), refused.sentence());
    assertTrue(refused.sentence().contains(part), refused.sentence());
    assertFalse(refused.sentence().contains("\n"), refused.sentence());
  }

  @Test
  void judge_compressed_passesWithTheNormOfWhatItSays() throws IOException {
    Coding coding = coding(TOP_K);
    assertEquals(new Passed(5, 10), judge(coding, coding, encoded(coding)));
    Coding blocks = coding(INT8);
    Passed passed = assertInstanceOf(Passed.class, judge(blocks, blocks, encoded(blocks)));
    assertEquals(5, passed.norm(), 1e-6);
  }

  @Test
  void judge_anotherCodec_isRefusedByItsName() throws IOException {
    Coding plain = Coding.plain(LAYOUT);
    assertRefusedFor(
        RefusalReason.WRONG_CODEC,
        "codec of delta: \"f32\" (expected: int8/8)",
        judge(coding(INT8), plain, FILE));
    assertRefusedFor(
        RefusalReason.WRONG_CODEC,
        "codec of delta: \"int8/8\" (expected: f32)",
        judge(plain, coding(INT8), encoded(coding(INT8))));
    assertRefusedFor(
        RefusalReason.WRONG_CODEC,
        "(expected: int8/8)",
        judge(coding(INT8), coding("\"int8\""), encoded(coding("\"int8\""))));
  }

  @Test
  void judge_bytesOfAnotherCodecThanClaimed_areRefused() throws IOException {
    Coding coding = coding(INT8);
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, "\"blocks\"", judge(coding, coding, FILE));
    byte[] sent = encoded(coding);
    assertRefusedFor(
        RefusalReason.WRONG_SIZE,
        sent.length - 1 + " bytes (expected: " + sent.length,
        judge(coding, coding, Arrays.copyOf(sent, sent.length - 1)));
  }

  @Test
  void judge_factorThatIsNotFinite_isRefusedByTheTensor() throws IOException {
    Coding coding = coding(INT8);
    byte[] sent = encoded(coding);
    int blocks = Safetensors.canonicalHeader(coding.encoded()).length;
    ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN).putFloat(blocks, Float.NaN);
    assertRefusedFor(RefusalReason.NOT_FINITE, "\"bias\": NaN", judge(coding, coding, sent));
    ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN).putFloat(blocks, Float.MAX_VALUE);
    assertRefusedFor(RefusalReason.NOT_FINITE, "\"bias\": Infinity", judge(coding, coding, sent));
  }

  @Test
  void judge_indicesThatCantBe_areRefused() throws IOException {
    Coding coding = coding(TOP_K);
    byte[] sent = encoded(coding);
    int ends = Safetensors.canonicalHeader(coding.encoded()).length;
    ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN).putLong(ends, 6);
    assertRefusedFor(
        RefusalReason.MALFORMED,
        "group delta: pieces end with value 6 of 7 (expected: what top-k/0.5 writes)",
        judge(coding, coding, sent));
  }

  @Test
  void judge_compressedNumbersAboveTheLimit_areRefused() throws IOException {
    Coding coding = coding(TOP_K);
    var groups = new TreeMap<>(Map.of("delta", GroupSpec.delta(LAYOUT)));
    var claim =
        new UpdateClaim(
            BASE,
            10,
            new TreeMap<>(Map.of("delta", coding.digest())),
            new TreeMap<>(Map.of("delta", coding.codec())));
    var limits = new GateLimits(Optional.of(4.9), 100);
    assertRefusedFor(
        RefusalReason.NORM,
        "norm: 5",
        Gate.judge(
            claim,
            Map.of("delta", ByteSource.of(encoded(coding))),
            new Expected(BASE, groups, limits, new TreeMap<>(Map.of("delta", coding)))));
  }
}
