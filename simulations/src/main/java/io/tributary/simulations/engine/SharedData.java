package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Scheme;
import io.tributary.simulations.partition.Subjects;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.Example;
import io.tributary.training.data.Examples;
import io.tributary.training.data.FileSplit;
import io.tributary.training.data.LabelSurvey;
import io.tributary.training.data.SourceRows;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one data set of a simulation, in memory once; virtual nodes hold positions in it. A node's
 * examples are those that a node of a site would read from a file of its rows: cleaned, split and
 * scaled alike. Safe for several threads.
 */
public final class SharedData {
  private final DatasetSpec spec;
  private final List<String> labels;
  private final SourceRows rows;
  private final Subjects subjects;

  private SharedData(DatasetSpec spec, List<String> labels, SourceRows rows, Subjects subjects) {
    this.spec = spec;
    this.labels = List.copyOf(labels);
    this.rows = rows;
    this.subjects = subjects;
  }

  /**
   * Reads the data; refused with INVALID_DATA where they do not fit the labels.
   *
   * @param declared as in a node's file; nodes of one class are allowed whatever it says, since a
   *     partition may make them on purpose
   * @param labels the plan's label set
   * @param scheme by which it will be divided
   */
  public static SharedData load(DatasetSpec declared, List<String> labels, Scheme scheme) {
    requireNonNull(scheme, "scheme");
    if (declared.validation().path().isPresent()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "data.validation",
          "a file",
          "a percentage, which each node takes of its own share, or none",
          "Give a percentage.");
    }
    DatasetSpec spec = declared.withAllowOneClass(true);
    Optional<String> column =
        scheme instanceof Scheme.Column by ? Optional.of(by.name()) : Optional.empty();
    SourceRows rows = SourceRows.read(spec.train(), spec.cleaning(), labels, column);
    return new SharedData(spec, labels, rows, subjects(spec, labels, rows));
  }

  /** Labels are counted as {@code data split} counts them: those that occur, in natural order. */
  private static Subjects subjects(DatasetSpec spec, List<String> labels, SourceRows rows) {
    List<Example> examples = rows.examples().examples();
    List<String> occurring = labels.isEmpty() ? List.of() : LabelSurvey.of(spec);
    Map<String, Integer> places = new HashMap<>();
    occurring.forEach(name -> places.put(name, places.size()));
    int[] positions = new int[examples.size()];
    for (int i = 0; i < positions.length; i++) {
      int label = examples.get(i).label();
      positions[i] =
          label == Example.NO_LABEL ? -1 : requireNonNull(places.get(labels.get(label)), "label");
    }
    return new Subjects(positions, occurring, rows.values());
  }

  /** What a partition looks at. */
  public Subjects subjects() {
    return subjects;
  }

  public DatasetSpec spec() {
    return spec;
  }

  public int size() {
    return rows.examples().size();
  }

  /** The data of one node of a partition. */
  public SiteData site(Partition partition, int node) {
    int[] positions = partition.of(node);
    return spec.validation().present() ? new Split(examples(positions)) : new Whole(positions);
  }

  /**
   * The data of a node that move from one partition to another: in the first round all of the one,
   * in the last all of the other, in between a growing share of its first examples.
   *
   * @param rounds of the run
   */
  public SiteData drifting(Partition first, Partition last, int node, int rounds) {
    return new Drifting(first.of(node), last.of(node), rounds);
  }

  /** A node whose data change with the rounds. */
  private final class Drifting implements SiteData {
    private final int[] first;
    private final int[] last;
    private final int rounds;

    private Drifting(int[] first, int[] last, int rounds) {
      this.first = first;
      this.last = last;
      this.rounds = rounds;
    }

    /** No round has more than the larger of both, and one that rounding adds. */
    @Override
    public long declared() {
      return Math.max(first.length, last.length) + 1L;
    }

    @Override
    public long validation() {
      return spec.validation().present() ? declared() : 0;
    }

    @Override
    public Examples examples(int round) {
      return SharedData.this.examples(DriftingPositions.of(first, last, round, rounds));
    }
  }

  Examples examples(int[] positions) {
    return Examples.of(spec, rows.examples(), positions, labels);
  }

  /** A node whose validation part depends on all its examples. */
  private record Split(Examples examples) implements SiteData {
    @Override
    public long declared() {
      return examples.train().size();
    }

    @Override
    public long validation() {
      return examples.validation().size();
    }

    @Override
    public Examples examples(int round) {
      return examples;
    }
  }

  /** A node that trains on all it has; nothing is made for it before it is first asked. */
  private final class Whole implements SiteData {
    private final int[] positions;
    private Optional<Examples> examples = Optional.empty();

    private Whole(int[] positions) {
      this.positions = positions;
    }

    @Override
    public long declared() {
      return positions.length;
    }

    @Override
    public synchronized Examples examples(int round) {
      if (examples.isEmpty()) {
        examples = Optional.of(SharedData.this.examples(positions));
      }
      return examples.get();
    }
  }

  /**
   * Writes the rows of each node into a file of its own, as nodes of sites read them; rows that
   * were cleaned away are nobody's.
   *
   * @param folder for one file a node, named after it
   */
  public List<FileSplit.Written> write(Partition partition, List<NodeName> names, Path folder) {
    Map<Integer, Integer> owners = new HashMap<>();
    for (int example = 0; example < size(); example++) {
      owners.put(rows.rows()[example], partition.owner(example));
    }
    return FileSplit.write(
        spec.train(),
        names.stream().map(NodeName::value).toList(),
        row -> owners.getOrDefault(row, Partition.NOBODY),
        folder);
  }
}
