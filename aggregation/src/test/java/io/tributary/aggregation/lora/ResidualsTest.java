package io.tributary.aggregation.lora;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.Golden;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.plan.LoraAggregation;
import io.tributary.federation.plan.LoraFactor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rounds put into the weights, over files, against whole matrices and NumPy's. */
class ResidualsTest {
  private static final Golden GOLDEN = Golden.of("lora-aggregation");
  private static final String MODULE = "layer.query";

  /** Of 24 × 20, five nodes and rank 3: one round has rank 12 or 15, as large as the weight. */
  private static Layout factors(int out, int in, int rank) {
    return layout(
        tensor("head.weight", DType.F64, 2),
        tensor(AdapterLayout.a(MODULE), DType.F64, rank, in),
        tensor(AdapterLayout.b(MODULE), DType.F64, out, rank));
  }

  private static ByteSource source(Layout layout, Factors factors) {
    DoubleStream values =
        Stream.of(new double[2], factors.a().values(), factors.b().values())
            .flatMapToDouble(DoubleStream::of);
    return ByteSource.of(file(layout, values.toArray()));
  }

  /** What a round wrote: the factors that stay and the residuals that are whole. */
  private record Folded(ComposedFile stay, ByteSource whole) {
    ComposedFile together() throws IOException {
      return ComposedFile.of(List.of(stay, whole));
    }

    Matrix product(int out, int in) throws IOException {
      return ResidualsTest.product(together(), out, in);
    }
  }

  private static Matrix product(ByteSource file, int out, int in) throws IOException {
    var values = new NamedValues(file);
    if (values.has(AdapterLayout.residual(MODULE))) {
      return Matrix.of(out, in, values.rows(AdapterLayout.residual(MODULE), 0, out));
    }
    int rank = Math.toIntExact(values.spec(AdapterLayout.residualA(MODULE)).shape().get(0));
    return Matrix.of(out, rank, values.rows(AdapterLayout.residualB(MODULE), 0, out))
        .times(Matrix.of(rank, in, values.rows(AdapterLayout.residualA(MODULE), 0, rank)));
  }

  private static Folded fold(Residuals residuals) throws IOException {
    var factors = new ByteArrayOutputStream();
    residuals.writeFactors(ByteSink.of(Channels.newChannel(factors)));
    ByteSource made = ByteSource.of(factors.toByteArray());
    var whole = new ByteArrayOutputStream();
    Layout stay = residuals.writeWhole(made, ByteSink.of(Channels.newChannel(whole)));
    return new Folded(ComposedFile.part(made, stay), ByteSource.of(whole.toByteArray()));
  }

  private static List<Factors> golden() {
    double[] a = GOLDEN.doubles("a");
    double[] b = GOLDEN.doubles("b");
    return IntStream.range(0, 5)
        .mapToObj(
            i ->
                new Factors(
                    Matrix.of(24, 3, Arrays.copyOfRange(b, i * 72, (i + 1) * 72)),
                    Matrix.of(3, 20, Arrays.copyOfRange(a, i * 60, (i + 1) * 60))))
        .toList();
  }

  private static List<Double> shares() {
    return DoubleStream.of(GOLDEN.doubles("p")).boxed().toList();
  }

  private static Factors zero(int out, int in, int rank) {
    return new Factors(
        Matrix.of(out, rank, new double[out * rank]), Matrix.of(rank, in, new double[rank * in]));
  }

  @Test
  void fedex_golden_isTheResidualTimesTheScaling() throws IOException {
    Layout layout = factors(24, 20, 3);
    List<ByteSource> deltas = golden().stream().map(one -> source(layout, one)).toList();
    Folded folded =
        fold(
            Residuals.after(
                LoraAggregation.FEDEX, source(layout, zero(24, 20, 3)), deltas, shares(), 2));
    Matrix half = folded.product(24, 20).times(0.5);
    GOLDEN.assertClose("residual", half.values());
    Matrix weight = Matrix.of(24, 20, GOLDEN.doubles("w0")).plus(folded.product(24, 20));
    GOLDEN.assertClose("fedex.w0", weight.values());
  }

  @Test
  void flora_goldenOfOtherRanks_isTheMeanOfTheProducts() throws IOException {
    List<ByteSource> deltas = new ArrayList<>();
    Matrix expected = Matrix.of(24, 20, new double[480]);
    for (int i = 0; i < 5; i++) {
      String name = "flora.client" + i;
      int rank = Math.toIntExact(GOLDEN.shape(name + ".a").get(0));
      var factors =
          new Factors(
              Matrix.of(24, rank, GOLDEN.doubles(name + ".b")),
              Matrix.of(rank, 20, GOLDEN.doubles(name + ".a")));
      deltas.add(source(factors(24, 20, rank), factors));
      expected = expected.plus(factors.product().times(1.5 * shares().get(i)));
    }
    ByteSource checkpoint = source(factors(24, 20, 4), zero(24, 20, 4));
    Folded folded = fold(Residuals.after(LoraAggregation.FLORA, checkpoint, deltas, shares(), 1.5));
    GOLDEN.assertClose("product", expected.values(), folded.product(24, 20).values());
  }

  /** Over several rounds, first as factors, then whole: the sum of what each round adds. */
  @ParameterizedTest
  @EnumSource(
      value = LoraAggregation.class,
      names = {"FEDEX", "FLORA"})
  void rounds_addUp_andAreWholeOnceFactorsAreAsLarge(LoraAggregation aggregation)
      throws IOException {
    int out = 30;
    int in = 40;
    Layout layout = factors(out, in, 2);
    var random = new SplittableRandom(5);
    Factors start = factors(random, out, in);
    ByteSource checkpoint = source(layout, start);
    Matrix expected = Matrix.of(out, in, new double[out * in]);
    List<Boolean> whole = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      List<Factors> nodes = IntStream.range(0, 3).mapToObj(i -> factors(random, out, in)).toList();
      List<Double> weights = List.of(1.0, 2.0, 5.0);
      List<Double> shares = List.of(0.125, 0.25, 0.625);
      Folded folded =
          fold(
              Residuals.after(
                  aggregation,
                  checkpoint,
                  nodes.stream().map(one -> source(layout, minus(one, start))).toList(),
                  weights,
                  0.5));
      Matrix added =
          aggregation == LoraAggregation.FLORA
              ? Factors.stacked(nodes, shares).product()
              : Factors.residual(nodes, shares).product();
      expected = expected.plus(added.times(0.5));
      ByteSource together = folded.together();
      assertArrayEquals(expected.values(), product(together, out, in).values(), 1e-12);
      whole.add(new NamedValues(together).has(AdapterLayout.residual(MODULE)));
      checkpoint = ComposedFile.of(List.of(source(layout, start), together));
    }
    assertEquals(whole.stream().sorted().toList(), whole, "whole for good");
    assertTrue(whole.get(5) && !whole.get(0), whole.toString());
  }

  private static Factors factors(SplittableRandom random, int out, int in) {
    return new Factors(matrix(random, out, 2), matrix(random, 2, in));
  }

  private static Matrix matrix(SplittableRandom random, int rows, int columns) {
    return Matrix.of(rows, columns, random.doubles((long) rows * columns, -1, 1).toArray());
  }

  private static Factors minus(Factors one, Factors other) {
    return new Factors(one.b().minus(other.b()), one.a().minus(other.a()));
  }

  /** Exact means: B̄ · Ā and the residual are together the mean of the products. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void fedex_anyNodes_meanAndResidualAreTheMeanOfProducts(long seed) throws IOException {
    var random = new SplittableRandom(seed);
    int nodes = 1 + random.nextInt(6);
    int out = 50 + random.nextInt(30);
    int in = 50 + random.nextInt(30);
    Layout layout = factors(out, in, 2);
    Factors start = factors(random, out, in);
    List<Factors> all = IntStream.range(0, nodes).mapToObj(i -> factors(random, out, in)).toList();
    double[] weights = random.doubles(nodes, 0.1, 3).toArray();
    double total = DoubleStream.of(weights).sum();
    List<Double> shares = DoubleStream.of(weights).map(w -> w / total).boxed().toList();
    Folded folded =
        fold(
            Residuals.after(
                LoraAggregation.FEDEX,
                source(layout, start),
                all.stream().map(one -> source(layout, minus(one, start))).toList(),
                DoubleStream.of(weights).boxed().toList(),
                1));
    Matrix mean = Factors.mean(all, shares).product();
    if (nodes == 1) {
      assertEquals(0, folded.together().layout().tensors().size(), "one node loses nothing");
      return;
    }
    assertArrayEquals(
        Factors.stacked(all, shares).product().values(),
        mean.plus(folded.product(out, in)).values(),
        1e-12,
        "replay: seed=" + seed);
    assertEquals(
        (nodes - 1) * 2L,
        folded
            .together()
            .layout()
            .find(AdapterLayout.residualA(MODULE))
            .orElseThrow()
            .shape()
            .get(0),
        "the least rank that any has");
  }

  @Test
  void fold_valuesThatDoNotFit_refusedByName() throws IOException {
    Layout narrow =
        layout(
            tensor(AdapterLayout.a(MODULE), DType.F32, 1, 20),
            tensor(AdapterLayout.b(MODULE), DType.F32, 24, 1));
    ByteSource zero = ByteSource.of(file(narrow, () -> 0));
    ByteSource large = ByteSource.of(file(narrow, () -> 1e30));
    var residuals =
        Residuals.after(
            LoraAggregation.FLORA, zero, List.of(large, large), List.of(1.0, 1.0), 1e30);
    assertRefused(ErrorKind.REFUSED, "lora_residual_B", () -> fold(residuals));
  }

  @Test
  void moving_leavesOutResidualsAndWhatStandsStill() throws IOException {
    Layout layout =
        layout(
            tensor("head.weight", DType.F32, 2),
            tensor(AdapterLayout.a("m"), DType.F32, 1, 4),
            tensor(AdapterLayout.b("m"), DType.F32, 4, 1),
            tensor(AdapterLayout.residualA("m"), DType.F32, 2, 4),
            tensor(AdapterLayout.residualB("m"), DType.F32, 4, 2),
            tensor(AdapterLayout.residual("n"), DType.F32, 4, 4));
    ByteSource file = ByteSource.of(file(layout, new SplittableRandom(1)::nextDouble));
    var still = Optional.of(LoraFactor.A);
    Layout moving = AdapterLayout.moving(layout, still);
    assertEquals(
        List.of("head.weight", "m.lora_B.weight"),
        moving.tensors().stream().map(TensorSpec::name).toList());
    assertEquals(Safetensors.canonicalSize(moving), ComposedFile.part(file, moving).size());
  }
}
