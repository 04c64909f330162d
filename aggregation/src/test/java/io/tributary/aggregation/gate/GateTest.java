package io.tributary.aggregation.gate;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.Failures.assertSentence;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.random;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.gate.Verdict.Passed;
import io.tributary.aggregation.gate.Verdict.Refused;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final Digest BASE = Digest.ofUtf8("base");
  private static final Layout LAYOUT =
      layout(tensor("bias", DType.F32, 3), tensor("weight", DType.F32, 10));
  private static final double[] VALUES = {3, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] FILE = file(LAYOUT, VALUES);

  private static Expected expected(SortedMap<String, GroupSpec> groups, double... maxNorm) {
    Optional<Double> limit = maxNorm.length == 0 ? Optional.empty() : Optional.of(maxNorm[0]);
    return new Expected(BASE, groups, new GateLimits(limit, 100));
  }

  private static Expected expected(double... maxNorm) {
    return expected(new TreeMap<>(Map.of("delta", GroupSpec.delta(LAYOUT))), maxNorm);
  }

  private static UpdateClaim claim(long examples, Layout layout) {
    return new UpdateClaim(BASE, examples, new TreeMap<>(Map.of("delta", layout.digest())));
  }

  private static Verdict judge(byte[] file) throws IOException {
    return Gate.judge(claim(10, LAYOUT), Map.of("delta", ByteSource.of(file)), expected());
  }

  private static void assertRefusedFor(RefusalReason reason, String part, Verdict verdict) {
    Refused refused = assertInstanceOf(Refused.class, verdict);
    assertEquals(reason, refused.reason(), refused.sentence());
    assertTrue(refused.sentence().contains(part), refused.sentence());
    assertSentence(refused.sentence());
  }

  @Test
  void judge_soundUpdate_passesWithItsNorm() throws IOException {
    assertEquals(new Passed(5, 10), judge(FILE));
  }

  @Test
  void judge_manyValues_normIsThatOfAllDeltas() throws IOException {
    Layout large = layout(tensor("a", DType.F32, 70_001), tensor("b", DType.F64, 9_000));
    byte[] file = random(large, 5);
    var groups = new TreeMap<>(Map.of("delta", GroupSpec.delta(large)));
    Verdict verdict =
        Gate.judge(claim(10, large), Map.of("delta", ByteSource.of(file)), expected(groups));
    double sum = 0;
    for (double value : values(large, file)) {
      sum += value * value;
    }
    double norm = assertInstanceOf(Passed.class, verdict).norm();
    assertEquals(Math.sqrt(sum), norm, 1e-12 * norm);
    assertEquals(norm, Gate.norm(ByteSource.of(file)));
  }

  @Test
  void judge_otherBase_isWrongBase() throws IOException {
    var claim =
        new UpdateClaim(
            Digest.ofUtf8("other"), 10, new TreeMap<>(Map.of("delta", LAYOUT.digest())));
    Verdict verdict = Gate.judge(claim, Map.of("delta", ByteSource.of(FILE)), expected());
    assertRefusedFor(RefusalReason.WRONG_BASE, BASE.toString(), verdict);
  }

  private static Verdict judge(byte[] control, GateLimits limits) throws IOException {
    Map<String, ByteSource> files =
        Map.of("delta", ByteSource.of(FILE), "control", ByteSource.of(control));
    var groups =
        new TreeMap<>(
            Map.of("delta", GroupSpec.delta(LAYOUT), "control", GroupSpec.control(LAYOUT)));
    var claim =
        new UpdateClaim(
            BASE, 10, new TreeMap<>(Map.of("delta", LAYOUT.digest(), "control", LAYOUT.digest())));
    return Gate.judge(claim, files, new Expected(BASE, groups, limits));
  }

  @Test
  void judge_control_hasALimitOfItsOwnAndNoPartInTheNorm() throws IOException {
    var limits = new GateLimits(Optional.of(5.0), 100).withControls(2, 0.5);
    assertEquals(Optional.of(12.0), limits.maxControlNorm(), "2 + 5 / 0.5");
    double[] most = new double[13];
    most[0] = 12;
    assertEquals(new Passed(5, 10), judge(file(LAYOUT, most), limits));
    most[1] = 1;
    assertRefusedFor(
        RefusalReason.CONTROL_NORM,
        "norm of the controls: 12.04",
        judge(file(LAYOUT, most), limits));
    most[2] = Double.NaN;
    assertRefusedFor(RefusalReason.NOT_FINITE, "group control", judge(file(LAYOUT, most), limits));
    assertRefusedFor(RefusalReason.MALFORMED, "group control", judge(new byte[3], limits));
  }

  @Test
  void withControls_noLimitOfDeltasOrOneThatOverflows_isNone() {
    assertEquals(
        Optional.empty(), new GateLimits(Optional.empty(), 1).withControls(2, 1).maxControlNorm());
    assertEquals(
        Optional.empty(),
        new GateLimits(Optional.of(Double.MAX_VALUE), 1).withControls(0, 1e-6).maxControlNorm());
    assertEquals(
        Optional.of(7.0), new GateLimits(Optional.of(5.0), 1).withControls(2, 3).maxControlNorm());
  }

  @Test
  void judge_groupMissing_isWrongGroups() throws IOException {
    Verdict noFile = Gate.judge(claim(10, LAYOUT), Map.of(), expected());
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "none sent, \"delta\" named", noFile);
    var nameless = new UpdateClaim(BASE, 10, new TreeMap<>());
    Verdict noClaim = Gate.judge(nameless, Map.of("delta", ByteSource.of(FILE)), expected());
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "\"delta\" sent, none named", noClaim);
  }

  @Test
  void judge_extraGroup_isWrongGroups() throws IOException {
    ByteSource file = ByteSource.of(FILE);
    Verdict sent =
        Gate.judge(claim(10, LAYOUT), Map.of("delta", file, "control", file), expected());
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "\"control\", \"delta\" sent", sent);
    var wordy =
        new UpdateClaim(
            BASE, 10, new TreeMap<>(Map.of("delta", LAYOUT.digest(), "x\ny", LAYOUT.digest())));
    Verdict named = Gate.judge(wordy, Map.of("delta", file), expected());
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "\"x\\u000ay\" named", named);
  }

  @Test
  void judge_manyExtraGroups_keepsTheSentenceShort() throws IOException {
    SortedMap<String, Digest> layouts = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      layouts.put("group-" + (1000 + i), LAYOUT.digest());
    }
    Verdict verdict = Gate.judge(new UpdateClaim(BASE, 10, layouts), Map.of(), expected());
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "\"group-1004\" and 995 more named", verdict);
    SortedMap<String, Digest> five = layouts.headMap("group-1005");
    Verdict fewer = Gate.judge(new UpdateClaim(BASE, 10, five), Map.of(), expected());
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "\"group-1004\" named", fewer);
  }

  @Test
  void judge_otherLayoutDigest_isWrongLayout() throws IOException {
    Layout other = layout(tensor("bias", DType.F32, 3));
    Verdict verdict =
        Gate.judge(claim(10, other), Map.of("delta", ByteSource.of(FILE)), expected());
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, other.digest().toString(), verdict);
  }

  @Test
  void judge_shapeThatWouldBroadcast_isWrongLayout() throws IOException {
    Layout one = layout(tensor("bias", DType.F32, 3), tensor("weight", DType.F32, 1));
    String part = "tensor \"weight\": F32[1] (expected: F32[10])";
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, part, judge(file(one, 1, 2, 3, 4)));
    Layout row = layout(tensor("bias", DType.F32, 3), tensor("weight", DType.F32, 1, 10));
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, "F32[1,10]", judge(file(row, VALUES)));
  }

  @Test
  void judge_otherNames_isWrongLayout() throws IOException {
    Layout other = layout(tensor("bias", DType.F32, 3), tensor("weights", DType.F32, 10));
    String part = "tensor \"weight\": missing";
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, part, judge(file(other, VALUES)));
    Layout more =
        layout(
            tensor("bias", DType.F32, 3), tensor("c", DType.F32), tensor("weight", DType.F32, 10));
    part = "tensor \"c\": F32[] (expected: no such tensor)";
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, part, judge(file(more, () -> 1)));
  }

  @Test
  void judge_otherDtype_isWrongDtype() throws IOException {
    Layout wide = layout(tensor("bias", DType.F32, 3), tensor("weight", DType.F64, 10));
    String part = "tensor \"weight\": F64[10] (expected: F32[10])";
    assertRefusedFor(RefusalReason.WRONG_DTYPE, part, judge(file(wide, VALUES)));
    Layout wider = layout(tensor("bias", DType.F64, 3), tensor("weight", DType.F64, 10));
    assertRefusedFor(RefusalReason.WRONG_DTYPE, "\"bias\"", judge(file(wider, VALUES)));
  }

  @Test
  void judge_otherDtypeAndShape_isWrongLayoutFirst() throws IOException {
    Layout other = layout(tensor("bias", DType.F64, 3), tensor("weight", DType.F32, 9));
    assertRefusedFor(RefusalReason.WRONG_LAYOUT, "\"weight\"", judge(file(other, () -> 1)));
  }

  @Test
  void judge_tooBig_isWrongSize() throws IOException {
    String part = (FILE.length + 1) + " bytes (expected: " + FILE.length + " bytes)";
    assertRefusedFor(RefusalReason.WRONG_SIZE, part, judge(Arrays.copyOf(FILE, FILE.length + 1)));
  }

  @Test
  void judge_truncated_isWrongSizeOrMalformed() throws IOException {
    int header = Safetensors.canonicalHeader(LAYOUT).length;
    for (int length = 0; length < FILE.length; length++) {
      RefusalReason reason = length < header ? RefusalReason.MALFORMED : RefusalReason.WRONG_SIZE;
      assertRefusedFor(reason, "group delta: ", judge(Arrays.copyOf(FILE, length)));
    }
  }

  @Test
  void judge_notSafetensors_isMalformed() throws IOException {
    byte[] noise = new byte[1000];
    Arrays.fill(noise, (byte) 'x');
    assertRefusedFor(RefusalReason.MALFORMED, "header of 8680820740569200760", judge(noise));
  }

  @Test
  void judge_headerFarLongerThanNeeded_isMalformedUnread() throws IOException {
    byte[] header = Safetensors.header(LAYOUT, Map.of("k", "v".repeat(1 << 17)));
    assertRefusedFor(
        RefusalReason.MALFORMED,
        "bytes (expected: at most",
        judge(Arrays.copyOf(header, header.length + 52)));
  }

  @Test
  void judge_metadata_isNotCanonical() throws IOException {
    byte[] header = Safetensors.header(LAYOUT, Map.of("format", "pt"));
    assertRefusedFor(
        RefusalReason.NOT_CANONICAL, "canonical", judge(Arrays.copyOf(header, header.length + 52)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, 101, Long.MAX_VALUE})
  void judge_absurdExampleCount_isExampleCount(long examples) throws IOException {
    Verdict verdict =
        Gate.judge(claim(examples, LAYOUT), Map.of("delta", ByteSource.of(FILE)), expected());
    assertRefusedFor(RefusalReason.EXAMPLE_COUNT, examples + " (expected: 1 to 100", verdict);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100})
  void judge_exampleCountAtTheEnds_passes(long examples) throws IOException {
    assertEquals(
        new Passed(5, examples),
        Gate.judge(claim(examples, LAYOUT), Map.of("delta", ByteSource.of(FILE)), expected()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300})
  void judge_nonFiniteValue_isNotFiniteWhereverItStands(double bad) throws IOException {
    for (int i = 0; i < VALUES.length; i++) {
      double[] values = VALUES.clone();
      values[i] = bad;
      String tensor = i < 3 ? "\"bias\": " : "\"weight\": ";
      assertRefusedFor(
          RefusalReason.NOT_FINITE, tensor + (double) (float) bad, judge(file(LAYOUT, values)));
    }
  }

  @Test
  void judge_nonFiniteInALaterBlock_namesItsTensor() throws IOException {
    Layout large = layout(tensor("a", DType.F32, 40_000), tensor("b", DType.F32, 5));
    int[] next = {0};
    byte[] file = file(large, () -> next[0]++ == 40_001 ? Double.NaN : 0);
    Expected expected = expected(new TreeMap<>(Map.of("delta", GroupSpec.delta(large))));
    Verdict verdict = Gate.judge(claim(10, large), Map.of("delta", ByteSource.of(file)), expected);
    assertRefusedFor(RefusalReason.NOT_FINITE, "\"b\": NaN", verdict);
  }

  @Test
  void judge_normAboveTheLimit_isNorm() throws IOException {
    Map<String, ByteSource> groups = Map.of("delta", ByteSource.of(FILE));
    assertEquals(new Passed(5, 10), Gate.judge(claim(10, LAYOUT), groups, expected(5)));
    assertRefusedFor(
        RefusalReason.NORM,
        "5.0 (expected: at most 4.99",
        Gate.judge(claim(10, LAYOUT), groups, expected(4.99)));
  }

  @Test
  void judge_finiteValuesWhoseNormOverflows_isNorm() throws IOException {
    Layout wide = layout(tensor("w", DType.F64, 2));
    Expected expected = expected(new TreeMap<>(Map.of("delta", GroupSpec.delta(wide))));
    ByteSource file = ByteSource.of(file(wide, 1e200, 1));
    assertRefusedFor(
        RefusalReason.NORM,
        "Infinity",
        Gate.judge(claim(1, wide), Map.of("delta", file), expected));
  }

  @Test
  void judge_statistics_mustBeFiniteButHaveNoNorm() throws IOException {
    Layout running = layout(tensor("running_mean", DType.F32, 2));
    SortedMap<String, GroupSpec> specs =
        new TreeMap<>(
            Map.of("delta", GroupSpec.delta(LAYOUT), "statistic", GroupSpec.statistic(running)));
    var claim =
        new UpdateClaim(
            BASE,
            10,
            new TreeMap<>(Map.of("delta", LAYOUT.digest(), "statistic", running.digest())));
    ByteSource delta = ByteSource.of(FILE);
    ByteSource large = ByteSource.of(file(running, 1e6, 1e6));
    assertEquals(
        new Passed(5, 10),
        Gate.judge(claim, Map.of("delta", delta, "statistic", large), expected(specs, 5)));
    ByteSource broken = ByteSource.of(file(running, 1, Double.NaN));
    assertRefusedFor(
        RefusalReason.NOT_FINITE,
        "group statistic",
        Gate.judge(claim, Map.of("delta", delta, "statistic", broken), expected(specs, 5)));
  }

  @Test
  void judge_checks_standInTheOrderOfTheReasons() throws IOException {
    Layout other = layout(tensor("x", DType.F32, 1));
    var allWrong = new UpdateClaim(Digest.ofUtf8("o"), -1, new TreeMap<>(Map.of("x", BASE)));
    Map<String, ByteSource> badFile = Map.of("delta", ByteSource.of(file(other, Double.NaN)));
    assertRefusedFor(RefusalReason.WRONG_BASE, "", Gate.judge(allWrong, badFile, expected()));
    var wrongGroups = new UpdateClaim(BASE, -1, new TreeMap<>(Map.of("x", BASE)));
    assertRefusedFor(RefusalReason.WRONG_GROUPS, "", Gate.judge(wrongGroups, badFile, expected()));
    assertRefusedFor(
        RefusalReason.WRONG_LAYOUT, "", Gate.judge(claim(-1, LAYOUT), badFile, expected()));
    double[] bad = VALUES.clone();
    bad[0] = Double.NaN;
    Map<String, ByteSource> nan = Map.of("delta", ByteSource.of(file(LAYOUT, bad)));
    assertRefusedFor(
        RefusalReason.EXAMPLE_COUNT, "", Gate.judge(claim(-1, LAYOUT), nan, expected(1)));
    assertRefusedFor(RefusalReason.NOT_FINITE, "", Gate.judge(claim(1, LAYOUT), nan, expected(1)));
  }

  @Test
  void judge_emptyAndScalarTensors_pass() throws IOException {
    Layout odd = layout(tensor("e", DType.F32, 0, 7), tensor("s", DType.F32));
    Expected expected = expected(new TreeMap<>(Map.of("delta", GroupSpec.delta(odd))));
    ByteSource file = ByteSource.of(file(odd, -2));
    assertEquals(new Passed(2, 1), Gate.judge(claim(1, odd), Map.of("delta", file), expected));
  }

  @Test
  void judge_unreadableSource_throwsAndBlamesNobody() {
    ByteSource broken =
        new ByteSource() {
          @Override
          public long size() {
            return FILE.length;
          }

          @Override
          public void read(long position, ByteBuffer into) throws IOException {
            throw new EOFException("gone");
          }

          @Override
          public void close() {}
        };
    assertThrows(
        EOFException.class,
        () -> Gate.judge(claim(1, LAYOUT), Map.of("delta", broken), expected()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void limits_badNorm_isRefused(double norm) {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "maxNorm", () -> new GateLimits(Optional.of(norm), 1));
  }

  @Test
  void limits_everyFiniteNorm_isTaken() {
    for (double norm : List.of(Double.MIN_VALUE, Double.MAX_VALUE)) {
      assertEquals(Optional.of(norm), new GateLimits(Optional.of(norm), 1).maxNorm());
    }
  }

  @Test
  void following_checkpointsNorm_aThousandTimesItOrOfOne() {
    assertEquals(Optional.of(50_000.0), GateLimits.following(50, 1).maxNorm());
    assertEquals(Optional.of(1_000.0), GateLimits.following(0.001, 1).maxNorm());
    assertEquals(Optional.empty(), GateLimits.following(Double.POSITIVE_INFINITY, 1).maxNorm());
  }

  @Test
  void norm_file_isThatOfAllItsValues() throws IOException {
    Layout two = layout(tensor("a", DType.F32, 3), tensor("b", DType.F32));

    assertEquals(4, Gate.norm(ByteSource.of(file(two, -2, 2, -2, 2))));
  }
}
