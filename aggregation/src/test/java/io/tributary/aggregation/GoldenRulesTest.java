package io.tributary.aggregation;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.rule.Bulyan;
import io.tributary.aggregation.rule.CentredClipping;
import io.tributary.aggregation.rule.FedNova;
import io.tributary.aggregation.rule.FlTrust;
import io.tributary.aggregation.rule.GeometricMedian;
import io.tributary.aggregation.rule.Krum;
import io.tributary.aggregation.rule.Median;
import io.tributary.aggregation.rule.NormClipping;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.TrimmedMean;
import io.tributary.aggregation.rule.UniformMean;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every rule against float64 values that NumPy computed, through the whole aggregation. */
class GoldenRulesTest {
  private static final Golden ROBUST = Golden.of("robust-aggregation");
  private static final int BYZANTINE = 2;

  private static String node(int i) {
    return String.format("n%02d", i);
  }

  private static AggregationResult[] result = new AggregationResult[1];

  private static double[] run(Rule rule) throws IOException {
    return run(rule, Optional.empty());
  }

  private static double[] run(Rule rule, Optional<double[]> root) throws IOException {
    long[] counts = ROBUST.longs("counts");
    Layout layout = layout(tensor("x", DType.F64, ROBUST.shape("updates").get(1)));
    List<SpooledUpdate> updates = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      updates.add(update(node(i), counts[i], file(layout, ROBUST.row("updates", i))));
    }
    byte[] zeros = file(layout, () -> 0);
    SortedMap<String, ByteSource> roots = new TreeMap<>();
    root.ifPresent(values -> roots.put("delta", ByteSource.of(file(layout, values))));
    Orders.Outcome outcome =
        Orders.run(
            new AggregationOrder(
                rule,
                Orders.NONE,
                Orders.BY_EXAMPLES,
                new TreeMap<>(Map.of("delta", GroupSpec.delta(layout))),
                new TreeMap<>(Map.of("delta", ByteSource.of(zeros))),
                updates,
                new TreeMap<>(),
                roots,
                Execution.inCallingThread()));
    result[0] = outcome.result();
    return values(layout, outcome.file());
  }

  /** Those with a weight above 0. */
  private static int[] counted() {
    List<Contribution> all = result[0].contributions();
    return IntStream.range(0, all.size()).filter(i -> all.get(i).weight() > 0).toArray();
  }

  private static int[] ints(String tensor) {
    return Arrays.stream(ROBUST.longs(tensor)).sorted().mapToInt(i -> (int) i).toArray();
  }

  private static double[] iterate(String tensor, int count) {
    return ROBUST.row(tensor, count - 1);
  }

  @Test
  void run_uniformMean_isTheMean() throws IOException {
    ROBUST.assertClose("mean", run(new UniformMean()));
  }

  @Test
  void run_median_isTheMedian() throws IOException {
    ROBUST.assertClose("median", run(new Median()));
  }

  @Test
  void run_trimmedMeans_leaveOutOneAndTwo() throws IOException {
    ROBUST.assertClose("trimmed_mean.1", run(new TrimmedMean(0.1)));
    ROBUST.assertClose("trimmed_mean.2", run(new TrimmedMean(0.2)));
  }

  @Test
  void run_krum_selectsTheSameUpdate() throws IOException {
    ROBUST.assertClose("krum", run(Krum.one(BYZANTINE)));
    assertEquals(List.of((int) ROBUST.number("krum_selected")), list(counted()));
  }

  @Test
  void run_multiKrum_selectsTheSameUpdates() throws IOException {
    ROBUST.assertClose("multi_krum", run(Krum.many(BYZANTINE, Optional.empty())));
    assertEquals(list(ints("multi_krum.selected")), list(counted()));
  }

  /** One is Krum's; two are of those that n - f keep. */
  @Test
  void run_multiKrumThatKeepsFewer_selectsTheBestOfThem() throws IOException {
    run(Krum.many(BYZANTINE, Optional.of(1)));
    assertEquals(List.of((int) ROBUST.number("krum_selected")), list(counted()));
    run(Krum.many(BYZANTINE, Optional.of(2)));
    assertEquals(2, list(counted()).size());
    assertTrue(list(ints("multi_krum.selected")).containsAll(list(counted())));
  }

  @Test
  void run_bulyan_selectsTheSameUpdatesAndTheMiddle() throws IOException {
    ROBUST.assertClose("bulyan", run(new Bulyan(BYZANTINE)));
    assertEquals(list(ints("bulyan.selected_in_order")), list(counted()));
  }

  @Test
  void run_geometricMedian_hasTheSameIterates() throws IOException {
    for (int k = 1; k <= 4; k++) {
      double[] actual = run(new GeometricMedian(k, ROBUST.number("nu")));
      ROBUST.assertClose("iterate " + k, iterate("geometric_median.iterates", k), actual);
    }
  }

  @Test
  void run_normClipping_isTheMeanOfClipped() throws IOException {
    var rule = new NormClipping(Optional.of(ROBUST.number("norm_clip_tau")));
    ROBUST.assertClose("norm_clip.weighted_mean", run(rule));
  }

  @Test
  void run_centredClipping_hasTheSameIterates() throws IOException {
    Optional<Double> radius = Optional.of(ROBUST.number("centred_clip_tau"));
    for (int k = 1; k <= 3; k++) {
      double[] actual = run(new CentredClipping(radius, k));
      ROBUST.assertClose("iterate " + k, iterate("centred_clip.iterates", k), actual);
    }
  }

  @Test
  void run_flTrust_hasTheSameScoresAndStep() throws IOException {
    double[] step = run(new FlTrust(), Optional.of(ROBUST.doubles("fltrust.root")));
    ROBUST.assertClose("fltrust", step);
    ROBUST.assertClose(
        "fltrust.scores",
        result[0].contributions().stream().mapToDouble(Contribution::weight).toArray());
  }

  @Test
  void run_flTrustOfNobody_movesNothing() throws IOException {
    double[] opposite = ROBUST.doubles("mean");
    Arrays.setAll(opposite, i -> 0);
    assertArrayEquals(opposite, run(new FlTrust(), Optional.of(opposite)));
  }

  @Test
  void order_ruleThatNeedsARootUpdateWithoutOne_isRefused() {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "root update: groups [] (expected: groups [delta] for fltrust)",
        () -> run(new FlTrust()));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "root update: groups [delta] (expected: groups [] for median)",
        () -> run(new Median(), Optional.of(ROBUST.doubles("mean"))));
  }

  @Test
  void run_fedNova_movesTheModelAsTheEquations() throws IOException {
    Golden golden = Golden.of("fednova-scaffold");
    long[] counts = golden.longs("counts");
    long[] steps = golden.longs("taus");
    double[] start = golden.doubles("x0");
    Layout layout = layout(tensor("x", DType.F64, start.length));
    for (String kind : List.of("plain", "momentum")) {
      List<SpooledUpdate> updates = new ArrayList<>();
      for (int i = 0; i < counts.length; i++) {
        double[] delta = golden.row("fednova." + kind + ".y", i);
        for (int j = 0; j < delta.length; j++) {
          delta[j] -= start[j];
        }
        updates.add(update(node(i), counts[i], steps[i], file(layout, delta)));
      }
      double momentum = kind.equals("plain") ? 0 : golden.number("fednova", "rho_momentum");
      var order =
          Orders.order(
              new FedNova(momentum, false),
              layout,
              file(layout, start),
              updates,
              Execution.inCallingThread());
      golden.assertClose("fednova." + kind + ".x1", values(layout, Orders.run(order).file()));
    }
  }

  @Test
  void run_fedNovaOfEqualSteps_isTheWeightedMean() throws IOException {
    double[] nova = run(new FedNova(0.9, true));
    ROBUST.assertClose("weighted mean", run(new WeightedMean()), nova);
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
