package io.tributary.simulations.synthetic;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.simulations.engine.NodeNames;
import io.tributary.training.data.GammaVariates;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Synthetic(α, β) of Li et al. (Federated optimization in heterogeneous networks, MLSys 2020,
 * section 5.1), as its published code draws it: each node has a linear model of its own, whose mean
 * is N(0, α), and inputs around a mean of its own, N(0, β); α and β are deviations. Sizes are 50
 * and more, log-normal (4, 2).
 *
 * @param nodes that have data
 * @param alpha how much the nodes' models differ
 * @param beta how much the nodes' inputs differ
 * @param features of an example
 * @param classes that are told apart
 */
public record SyntheticData(int nodes, double alpha, double beta, int features, int classes) {
  private static final double DECAY = 1.2;
  private static final int LEAST = 50;
  private static final int MOST = 20_000;
  private static final double SIZE_MEAN = 4;
  private static final double SIZE_DEVIATION = 2;

  /** Of ten examples one is for selection and one for the test. */
  private static final int PARTS = 10;

  /** Column of the node's name. */
  public static final String NODE = "node";

  /** Column of the label. */
  public static final String LABEL = "label";

  /** The files that were written. */
  public record Written(Path train, Path selection, Path test) {}

  /** The columns of the inputs. */
  public List<String> columns() {
    return IntStream.rangeClosed(1, features).mapToObj(number -> "x" + number).toList();
  }

  /** The names of the classes. */
  public List<String> labels() {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** Draws the data and writes them as CSV into an existing folder. */
  public Written write(Path folder, long seed) {
    requireNonNull(folder, "folder");
    var written =
        new Written(
            folder.resolve("train.csv"),
            folder.resolve("selection.csv"),
            folder.resolve("test.csv"));
    try (Writer train = open(written.train);
        Writer selection = open(written.selection);
        Writer test = open(written.test)) {
      for (NodeName node : NodeNames.of(nodes)) {
        var drawn = new Site(node, new RandomStreams(seed));
        for (int example = 0; example < drawn.size; example++) {
          Writer into = example % PARTS == 0 ? selection : example % PARTS == 1 ? test : train;
          into.write(drawn.row());
        }
      }
      return written;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          folder + ": can't be written (expected: a disk with room). Make room.",
          e);
    }
  }

  private Writer open(Path file) throws IOException {
    Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    writer.write(String.join(",", columns()) + "," + NODE + "," + LABEL + "\n");
    return writer;
  }

  /** One node's distribution. */
  private final class Site {
    private final NodeName name;
    private final GammaVariates random;
    private final int size;
    private final double[][] weights;
    private final double[] bias;
    private final double[] mean;

    private Site(NodeName name, RandomStreams streams) {
      this.name = name;
      this.random = new GammaVariates(streams.stream(0, name.value(), "synthetic"));
      double drawn = StrictMath.exp(SIZE_MEAN + SIZE_DEVIATION * random.normal());
      this.size = (int) Math.min(MOST, Math.floor(drawn) + LEAST);
      double model = alpha * random.normal();
      double input = beta * random.normal();
      this.weights = new double[classes][];
      for (int label = 0; label < classes; label++) {
        weights[label] = around(model, features);
      }
      this.bias = around(model, classes);
      this.mean = around(input, features);
    }

    private double[] around(double centre, int count) {
      double[] drawn = new double[count];
      for (int i = 0; i < count; i++) {
        drawn[i] = centre + random.normal();
      }
      return drawn;
    }

    /** One example; the j-th input has the variance j^-1.2. */
    private String row() {
      double[] x = new double[features];
      for (int j = 0; j < features; j++) {
        x[j] = mean[j] + StrictMath.pow(j + 1.0, -DECAY / 2) * random.normal();
      }
      String inputs =
          IntStream.range(0, features)
              .mapToObj(j -> String.format(Locale.ROOT, "%.6g", x[j]))
              .collect(Collectors.joining(","));
      return inputs + "," + name + "," + label(x) + "\n";
    }

    private int label(double[] x) {
      int best = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int label = 0; label < classes; label++) {
        double score = bias[label];
        for (int j = 0; j < features; j++) {
          score += weights[label][j] * x[j];
        }
        if (score > most) {
          most = score;
          best = label;
        }
      }
      return best;
    }
  }
}
