package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stratified and Dirichlet splits. */
class SplitTest {
  @TempDir Path folder;

  private static RandomGenerator random(long seed) {
    return new RandomStreams(seed).stream(0, "", "test");
  }

  private static int[] labels(int... counts) {
    return IntStream.range(0, counts.length)
        .flatMap(label -> IntStream.generate(() -> label).limit(counts[label]))
        .toArray();
  }

  private static long count(int[] labels, int[] parts, int label, int part) {
    return IntStream.range(0, labels.length)
        .filter(i -> labels[i] == label && parts[i] == part)
        .count();
  }

  @Test
  void stratified_exactShares_areExact() {
    int[] labels = labels(100, 40, 10);
    int[] parts = StratifiedSplit.assign(labels, 3, List.of(0.8, 0.1, 0.1), random(1));
    for (int part = 0; part < 3; part++) {
      double share = part == 0 ? 0.8 : 0.1;
      assertEquals(Math.round(100 * share), count(labels, parts, 0, part));
      assertEquals(Math.round(40 * share), count(labels, parts, 1, part));
      assertEquals(Math.round(10 * share), count(labels, parts, 2, part));
    }
  }

  @Test
  void stratified_manySmallLabels_keepsTotalsAndFirstPart() {
    int[] labels = labels(3, 3, 3, 3, 3, 3, 3, 3, 1, 1);
    int[] parts = StratifiedSplit.assign(labels, 10, List.of(0.5, 0.5), random(2));
    long first = Arrays.stream(parts).filter(p -> p == 0).count();
    assertTrue(Math.abs(first - 13) <= 1, "first part has " + first);
    for (int label = 0; label < 10; label++) {
      assertTrue(count(labels, parts, label, 0) >= 1);
    }
  }

  @Test
  void stratified_sameSeed_sameParts() {
    int[] labels = labels(50, 50);
    int[] one = StratifiedSplit.assign(labels, 2, List.of(0.5, 0.5), random(3));
    assertArrayEquals(one, StratifiedSplit.assign(labels, 2, List.of(0.5, 0.5), random(3)));
    assertFalse(
        Arrays.equals(one, StratifiedSplit.assign(labels, 2, List.of(0.5, 0.5), random(4))));
  }

  @Test
  void stratified_sharesNotSummingToOne_areRefused() {
    assertThrows(
        FederationException.class,
        () -> StratifiedSplit.assign(labels(4), 1, List.of(0.5, 0.4), random(1)));
  }

  @Test
  void dirichlet_smallBeta_isUnequalAndEachPartyHoldsEnough() {
    int[] labels = labels(300, 300, 300, 300);
    int[] parts = DirichletSplit.assign(labels, 4, 4, 0.1, 10, random(5));
    long mostOfOneLabel = 0;
    for (int party = 0; party < 4; party++) {
      int p = party;
      assertTrue(Arrays.stream(parts).filter(x -> x == p).count() >= 10);
      mostOfOneLabel = Math.max(mostOfOneLabel, count(labels, parts, 0, party));
    }
    assertTrue(mostOfOneLabel > 150, "label 0 is spread evenly");
    assertArrayEquals(parts, DirichletSplit.assign(labels, 4, 4, 0.1, 10, random(5)));
  }

  @Test
  void dirichlet_largeBeta_isNearlyEven() {
    int[] labels = labels(1_000, 1_000);
    int[] parts = DirichletSplit.assign(labels, 2, 4, 10_000, 10, random(6));
    for (int party = 0; party < 4; party++) {
      assertEquals(250.0, (double) count(labels, parts, 0, party), 20);
    }
  }

  @Test
  void dirichlet_partyWithItsEvenShare_getsNoMore() {
    int[] labels = labels(400, 400, 400, 400, 400);
    boolean bites = false;
    for (int seed = 0; seed < 20; seed++) {
      int[] parts = DirichletSplit.assign(labels, 5, 4, 0.3, 10, random(seed));
      long[] held = new long[4];
      for (int label = 0; label < 5; label++) {
        for (int party = 0; party < 4; party++) {
          long more = count(labels, parts, label, party);
          // the last party takes what rounding leaves
          assertTrue(held[party] < 500 || more <= (party == 3 ? 1 : 0), "seed " + seed);
          bites |= held[party] >= 500;
          held[party] += more;
        }
      }
    }
    assertTrue(bites, "no party reached its share");
  }

  @Test
  void dirichlet_impossible_isRefused() {
    FederationException refusal =
        assertThrows(
            FederationException.class,
            () -> DirichletSplit.assign(labels(5, 5), 2, 4, 0.5, 10, random(1)));
    assertEquals(ErrorKind.INVALID_ARGUMENT, refusal.kind());
  }

  @Test
  @Tag("statistical")
  void gamma_manyDraws_haveTheMomentsOfTheDistribution() {
    for (double shape : new double[] {0.3, 1, 4.5}) {
      var gamma = new GammaVariates(random(7));
      int draws = 200_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < draws; i++) {
        double x = gamma.next(shape);
        sum += x;
        squares += x * x;
      }
      double mean = sum / draws;
      double variance = squares / draws - mean * mean;
      assertEquals(shape, mean, 5 * Math.sqrt(shape / draws));
      assertEquals(shape, variance, 0.05 * shape);
    }
  }

  @Test
  void files_stratified_keepRecordsAndHeader() throws IOException {
    var content = new StringBuilder("text,label\n");
    for (int i = 0; i < 20; i++) {
      content.append("\"t,\n").append(i).append("\",").append(i % 2).append("\r\n");
    }
    Path file = Files.writeString(folder.resolve("all.csv"), content);
    SourceSpec source = SourceSpec.ofTexts(file, "text", "label");
    List<FileSplit.Written> written =
        FileSplit.stratified(
            source, SplitPart.parse("train=80%, test=20%"), 1, folder.resolve("parts"));
    assertEquals(List.of(16L, 4L), written.stream().map(FileSplit.Written::rows).toList());
    String test = Files.readString(written.get(1).file());
    assertTrue(test.startsWith("text,label\n\"t,\n"), test);
    Examples examples =
        Examples.load(
            DatasetSpec.ofTraining(source.withPath(written.get(1).file())), List.of("0", "1"));
    assertEquals(2, examples.train().texts().stream().filter(e -> e.label() == 0).count());
    FederationException again =
        assertThrows(
            FederationException.class,
            () ->
                FileSplit.stratified(
                    source, SplitPart.parse("train=80%,test=20%"), 1, folder.resolve("parts")));
    assertEquals(ErrorKind.ALREADY_EXISTS, again.kind());
  }

  @Test
  void files_brokenSource_leaveNothingBehind() throws IOException {
    Path file = Files.writeString(folder.resolve("all.csv"), "text,label\nx,a\ny,b\nz,a,more\n");
    SourceSpec source = SourceSpec.ofTexts(file, "text", "label");
    Path parts = folder.resolve("parts");
    assertThrows(
        FederationException.class, () -> FileSplit.write(source, List.of("one"), i -> 0, parts));
    try (var left = Files.list(parts)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void parts_broken_areRefused() {
    for (String text :
        List.of("", "train=80", "train=80%", "a=50%,a=50%", "A=100%", "a=50%;b=50%")) {
      assertThrows(FederationException.class, () -> SplitPart.parse(text), text);
    }
  }
}
