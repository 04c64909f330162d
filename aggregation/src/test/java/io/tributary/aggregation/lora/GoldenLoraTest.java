package io.tributary.aggregation.lora;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.Golden;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of five clients against what NumPy computed, and what must hold for any. */
class GoldenLoraTest {
  private static final Golden GOLDEN = Golden.of("lora-aggregation");
  private static final int OUT = 24;
  private static final int IN = 20;
  private static final int RANK = 3;

  private static List<Factors> clients() {
    double[] a = GOLDEN.doubles("a");
    double[] b = GOLDEN.doubles("b");
    return IntStream.range(0, 5)
        .mapToObj(
            i ->
                new Factors(
                    Matrix.of(OUT, RANK, part(b, i, OUT * RANK)),
                    Matrix.of(RANK, IN, part(a, i, RANK * IN))))
        .toList();
  }

  private static double[] part(double[] all, int i, int size) {
    return Arrays.copyOfRange(all, i * size, (i + 1) * size);
  }

  private static List<Double> shares() {
    return DoubleStream.of(GOLDEN.doubles("p")).boxed().toList();
  }

  @Test
  void mean_isTheMeanOfEachFactor() {
    Factors mean = Factors.mean(clients(), shares());
    GOLDEN.assertClose("fedit.a", mean.a().values());
    GOLDEN.assertClose("fedit.b", mean.b().values());
  }

  @Test
  void residual_isWhatTheMeanLacks() {
    Factors residual = Factors.residual(clients(), shares());
    GOLDEN.assertClose("residual", residual.product().values());
    assertEquals(GOLDEN.number("residual_frobenius"), residual.product().norm(), 1e-11, "its norm");
    Matrix exact = Factors.mean(clients(), shares()).product().plus(residual.product());
    GOLDEN.assertClose("exact_product", exact.values());
  }

  @Test
  void residual_addedToTheWeight_makesTheMeanExact() {
    double scaling = GOLDEN.number("scaling");
    Matrix weight = Matrix.of(OUT, IN, GOLDEN.doubles("w0"));
    Matrix moved = weight.plus(Factors.residual(clients(), shares()).product().times(scaling));
    GOLDEN.assertClose("fedex.w0", moved.values());
    Matrix effective = moved.plus(Factors.mean(clients(), shares()).product().times(scaling));
    GOLDEN.assertClose("fedex.effective", effective.values());
  }

  @Test
  void stacked_otherRanksAndScalings_isExact() {
    double[] scalings = {2, 1, 4, 0.5, 1.5};
    List<Factors> clients = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String name = "flora.client" + i;
      int rank = Math.toIntExact(GOLDEN.shape(name + ".a").get(0));
      clients.add(
          new Factors(
              Matrix.of(OUT, rank, GOLDEN.doubles(name + ".b")),
              Matrix.of(rank, IN, GOLDEN.doubles(name + ".a"))));
      factors.add(shares().get(i) * scalings[i]);
    }
    Factors stacked = Factors.stacked(clients, factors);
    assertEquals(12, stacked.rank());
    GOLDEN.assertClose("flora.stack_a", stacked.a().values());
    GOLDEN.assertClose("flora.stack_b", stacked.b().values());
    GOLDEN.assertClose("flora.delta", stacked.product().values());
  }

  /**
   * FFA-LoRA: where A is everybody's, the mean of B alone is exact; so with B, as RoLoRA has it.
   */
  @Test
  void mean_ofOneSharedFactor_isExact() {
    List<Factors> clients = clients();
    Matrix a = clients.get(0).a();
    Matrix b = clients.get(0).b();
    for (List<Factors> shared :
        List.of(
            clients.stream().map(one -> new Factors(one.b(), a)).toList(),
            clients.stream().map(one -> new Factors(b, one.a())).toList())) {
      assertEquals(0, Factors.residual(shared, shares()).product().norm(), 1e-13);
      GOLDEN.assertClose(
          "exact",
          Factors.stacked(shared, shares()).product().values(),
          Factors.mean(shared, shares()).product().values());
    }
  }

  @Test
  void factors_thatDoNotFit_areRefused() {
    Matrix three = Matrix.of(2, 3, new double[6]);
    assertRefused(ErrorKind.INVALID_ARGUMENT, "ranks: 3 and 2", () -> new Factors(three, three));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "matrix: 5 values", () -> Matrix.of(2, 3, new double[5]));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "matrix: 2 times 3 (expected: 3 rows)",
        () -> three.times(three));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "matrix: 2 times 3 (expected: 2 times 2)",
        () -> Matrix.of(2, 2, new double[4]).plus(three));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "adapters: 5 and 4 factors",
        () -> Factors.mean(clients(), shares().subList(0, 4)));
  }

  private static final Layout LAYOUT =
      layout(
          tensor("classifier.weight", DType.F64, 2, 4),
          tensor("layer.query.lora_A.weight", DType.F64, RANK, IN),
          tensor("layer.query.lora_B.weight", DType.F64, OUT, RANK),
          tensor("lonely.lora_A.weight", DType.F64, 2, 2));

  private static ByteSource source(Factors factors, Factors without) {
    DoubleStream values =
        Stream.of(
                new double[8],
                factors.a().minus(without.a()).values(),
                factors.b().minus(without.b()).values(),
                new double[4])
            .flatMapToDouble(DoubleStream::of);
    return ByteSource.of(file(LAYOUT, values.toArray()));
  }

  private static Inexactness measured(List<Factors> clients, Factors checkpoint)
      throws IOException {
    Factors zero = new Factors(checkpoint.b().times(0), checkpoint.a().times(0));
    List<ByteSource> deltas = clients.stream().map(one -> source(one, checkpoint)).toList();
    SortedMap<String, Inexactness> all =
        Inexactness.of(LAYOUT, source(checkpoint, zero), deltas, shares());
    assertEquals(List.of("layer.query"), List.copyOf(all.keySet()));
    return requireNonNull(all.get("layer.query"));
  }

  @Test
  void measured_overFiles_isTheNormOfTheResidual() throws IOException {
    for (Factors checkpoint : List.of(clients().get(2), clients().get(0))) {
      Inexactness measured = measured(clients(), checkpoint);
      assertEquals(GOLDEN.number("residual_frobenius"), measured.residual(), 1e-10);
      assertEquals(GOLDEN.number("relative_inexactness"), measured.relative(), 1e-11);
    }
  }

  @Test
  void measured_ofOneSharedFactor_isNothing() throws IOException {
    Matrix a = clients().get(0).a();
    List<Factors> shared = clients().stream().map(one -> new Factors(one.b(), a)).toList();
    Inexactness measured = measured(shared, clients().get(0));
    assertEquals(0, measured.residual(), 1e-6);
    assertTrue(measured.exact() > 1);
    assertEquals(0, new Inexactness(0, 0).relative());
  }

  /** Files of several blocks: the same as with whole matrices. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9})
  void measured_largeFactors_agreesWithTheMatrices(int nodes) throws IOException {
    int in = 40_000;
    int out = 30_001;
    Layout large =
        layout(
            tensor("m.lora_A.weight", DType.F32, 4, in),
            tensor("m.lora_B.weight", DType.F32, out, 4));
    var random = new SplittableRandom(3);
    ByteSource checkpoint = ByteSource.of(file(large, () -> random.nextDouble() - 0.5));
    List<byte[]> files =
        IntStream.range(0, nodes)
            .mapToObj(i -> file(large, () -> random.nextDouble() - 0.5))
            .toList();
    List<Double> weights = IntStream.range(0, nodes).mapToObj(i -> 1.0 + i).toList();
    Inexactness measured =
        requireNonNull(
            Inexactness.of(large, checkpoint, files.stream().map(ByteSource::of).toList(), weights)
                .get("m"));
    // entries of variance 1/12: what the residual's norm is by chance
    double total = nodes * (nodes + 1) / 2.0;
    double squares = 0;
    double cubes = 0;
    for (int i = 0; i < nodes; i++) {
      squares += Math.pow((i + 1) / total, 2);
      cubes += Math.pow((i + 1) / total, 3);
    }
    double spread = squares - 2 * cubes + squares * squares;
    double expected = Math.sqrt(Math.max(0, spread) * 4.0 * in * out) / 12;
    assertEquals(expected, measured.residual(), 0.01 * expected + 1e-3);
    assertTrue(measured.exact() > measured.residual());
  }
}
