package io.tributary.aggregation;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.random;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.rule.Columns;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.RuleInput;
import io.tributary.aggregation.rule.RuleNeeds;
import io.tributary.aggregation.rule.Scan;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Rules of other kinds than the mean fit the frame: norms first, distances, order statistics. */
class RuleFrameTest {
  private static final ExecutorService POOL = Executors.newFixedThreadPool(3);
  private static final Layout LAYOUT =
      layout(tensor("a", DType.F32, 9001), tensor("b", DType.F64, 5000), tensor("c", DType.F32));

  @AfterAll
  static void stopPool() {
    POOL.shutdown();
  }

  /** Gives each update its norm. */
  private static final class Norms implements Scan {
    @Override
    public RowAccess rows() {
      return RowAccess.ONE_BY_ONE;
    }

    @Override
    public int sums(int updates) {
      return updates;
    }

    @Override
    public void add(Columns granule, RuleInput input, double[] sums) throws IOException {
      for (int i = 0; i < granule.updates(); i++) {
        sums[i] += SquareSums.granule(granule.row(i), 0, granule.count());
      }
    }

    @Override
    public List<Double> scores(double[] totals, RuleInput input) {
      return Arrays.stream(totals).map(Math::sqrt).boxed().toList();
    }
  }

  /**
   * Gives each update the sum of its distances to the others; sees the norms of the scan before.
   */
  private static final class Distances implements Scan {
    @Override
    public RowAccess rows() {
      return RowAccess.ALL;
    }

    @Override
    public int sums(int updates) {
      return updates * updates;
    }

    @Override
    public void add(Columns granule, RuleInput input, double[] sums) throws IOException {
      int n = granule.updates();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          double[] a = granule.row(i);
          double[] b = granule.row(j);
          for (int k = 0; k < granule.count(); k++) {
            sums[n * i + j] += (a[k] - b[k]) * (a[k] - b[k]);
          }
        }
      }
    }

    @Override
    public List<Double> scores(double[] totals, RuleInput input) {
      List<Double> scores = new ArrayList<>();
      for (int i = 0; i < input.updates(); i++) {
        double sum = 0;
        for (int j = 0; j < input.updates(); j++) {
          sum += Math.sqrt(totals[input.updates() * i + j]);
        }
        scores.add(sum / input.score(0, i));
      }
      return scores;
    }
  }

  /** Takes the one update whose distances, over its norm, are the smallest. */
  private static final class Nearest implements Rule {
    @Override
    public String name() {
      return "nearest";
    }

    @Override
    public RuleNeeds needs() {
      return new RuleNeeds(3, RowAccess.ALL, true);
    }

    @Override
    public List<Scan> scans() {
      return List.of(new Norms(), new Distances());
    }

    @Override
    public Combine combine(RuleInput input) {
      int best = 0;
      for (int i = 1; i < input.updates(); i++) {
        best = input.score(1, i) < input.score(1, best) ? i : best;
      }
      int chosen = best;
      return (columns, step) -> System.arraycopy(columns.row(chosen), 0, step, 0, columns.count());
    }
  }

  /** The median of an odd number of updates, column by column. */
  private static final class Median implements Rule {
    @Override
    public String name() {
      return "median";
    }

    @Override
    public RuleNeeds needs() {
      return new RuleNeeds(3, RowAccess.ALL, true);
    }

    @Override
    public List<Scan> scans() {
      return List.of();
    }

    @Override
    public Combine combine(RuleInput input) {
      return (columns, step) -> {
        double[] column = new double[columns.updates()];
        for (int i = 0; i < columns.count(); i++) {
          for (int k = 0; k < column.length; k++) {
            column[k] = columns.row(k)[i];
          }
          Arrays.sort(column);
          step[i] = column[column.length / 2];
        }
      };
    }
  }

  private static List<SpooledUpdate> updates() {
    List<SpooledUpdate> updates = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      updates.add(update("n" + i, 1, random(LAYOUT, i)));
    }
    return updates;
  }

  private static Orders.Outcome run(Rule rule, Execution execution) throws IOException {
    byte[] zeros = file(LAYOUT, () -> 0);
    return Orders.run(Orders.order(rule, LAYOUT, zeros, updates(), execution));
  }

  private static void assertSameWithAllBlocksAndThreads(Rule rule, Orders.Outcome first)
      throws IOException {
    for (int blockBytes : List.of(1 << 10, 300_000, 1 << 22)) {
      for (int threads : List.of(1, 3)) {
        Orders.Outcome outcome = run(rule, new Execution(blockBytes, threads, POOL));
        assertArrayEquals(first.file(), outcome.file());
        assertEquals(first.result(), outcome.result());
      }
    }
  }

  @Test
  void run_medianRule_takesTheMiddleOfEachColumn() throws IOException {
    Orders.Outcome outcome = run(new Median(), Execution.inCallingThread());
    double[] actual = values(LAYOUT, outcome.file());
    for (int i = 0; i < actual.length; i += 97) {
      double[] column = new double[5];
      for (int k = 0; k < 5; k++) {
        column[k] = values(LAYOUT, random(LAYOUT, k))[i];
      }
      Arrays.sort(column);
      assertEquals(column[2], actual[i]);
    }
    assertSameWithAllBlocksAndThreads(new Median(), outcome);
  }

  @Test
  void run_rulesWithScans_seeTheScoresOfTheScansBefore() throws IOException {
    Orders.Outcome outcome = run(new Nearest(), Execution.inCallingThread());
    double[] actual = values(LAYOUT, outcome.file());
    assertArrayEquals(values(LAYOUT, random(LAYOUT, nearest())), actual);
    assertSameWithAllBlocksAndThreads(new Nearest(), outcome);
    assertEquals(5, outcome.result().contributions().size());
  }

  private static double norm(int update) {
    return distance(values(LAYOUT, random(LAYOUT, update)), new double[14_002]);
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static int nearest() {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      double sum = 0;
      for (int j = 0; j < 5; j++) {
        sum += distance(values(LAYOUT, random(LAYOUT, i)), values(LAYOUT, random(LAYOUT, j)));
      }
      if (sum / norm(i) < least) {
        least = sum / norm(i);
        best = i;
      }
    }
    return best;
  }

  @Test
  void order_fewerUpdatesThanTheRuleNeeds_isRefused() {
    byte[] zeros = file(LAYOUT, () -> 0);
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "updates: 2 (expected: at least 3 for median)",
        () ->
            Orders.order(
                new Median(), LAYOUT, zeros, updates().subList(0, 2), Execution.inCallingThread()));
  }

  @Test
  void check_planWithTooSmallAQuorum_isRefused() {
    new Median().check(TestPlans.of("{\"cohort\":{\"quorum\":3}}"));
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "federation.cohort.quorum: 2 (expected: at least 3, for rule median)",
        () -> new Median().check(TestPlans.of("{\"cohort\":{\"quorum\":2}}")));
  }
}
