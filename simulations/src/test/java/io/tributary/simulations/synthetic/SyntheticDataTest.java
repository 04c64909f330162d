package io.tributary.simulations.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SyntheticDataTest {
  @TempDir Path folder;

  @Test
  void write_sameSeed_sameFilesAndOtherSeedOtherFiles() throws IOException {
    String once = write("once", new SyntheticData(5, 1, 1, 8, 4), 3);
    assertEquals(once, write("again", new SyntheticData(5, 1, 1, 8, 4), 3));
    assertNotEquals(once, write("other", new SyntheticData(5, 1, 1, 8, 4), 4));
  }

  @Test
  void write_everyNode_hasFiftyExamplesOrMoreOfItsOwn() throws IOException {
    var data = new SyntheticData(12, 1, 1, 8, 4);
    write("all", data, 7);
    List<String> rows =
        Files.readAllLines(folder.resolve("all/train.csv")).stream().skip(1).toList();
    var perNode = rows.stream().collect(Collectors.groupingBy(r -> r.split(",", -1)[8]));
    assertEquals(12, perNode.size());
    // of 50 examples 5 are for selection and 5 for the test
    perNode.forEach((node, all) -> assertTrue(all.size() >= 40, node + ": " + all.size()));
    Set<String> labels =
        rows.stream().map(row -> row.split(",", -1)[9]).collect(Collectors.toSet());
    assertTrue(Set.copyOf(data.labels()).containsAll(labels));
  }

  @Test
  void write_largerBeta_movesTheNodesApart() throws IOException {
    assertTrue(spread("near", 0) < spread("far", 5) / 2);
  }

  /** The variance of the nodes' means of the last input, whose own variance is small. */
  private double spread(String name, double beta) throws IOException {
    write(name, new SyntheticData(30, 0, beta, 20, 3), 5);
    double[] means =
        Files.readAllLines(folder.resolve(name).resolve("train.csv")).stream()
            .skip(1)
            .map(row -> row.split(",", -1))
            .collect(
                Collectors.groupingBy(
                    row -> row[20], Collectors.averagingDouble(row -> Double.parseDouble(row[19]))))
            .values()
            .stream()
            .mapToDouble(Double::doubleValue)
            .toArray();
    double mean = Arrays.stream(means).average().orElseThrow();
    return Arrays.stream(means).map(m -> (m - mean) * (m - mean)).average().orElseThrow();
  }

  private String write(String name, SyntheticData data, long seed) throws IOException {
    Path into = Files.createDirectory(folder.resolve(name));
    SyntheticData.Written written = data.write(into, seed);
    return Files.readString(written.train())
        + Files.readString(written.selection())
        + Files.readString(written.test());
  }
}
