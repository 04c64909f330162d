package io.tributary.aggregation.rule;

import static io.tributary.aggregation.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.aggregation.TestPlans;
import io.tributary.aggregation.rule.brought.MidRange;
import io.tributary.aggregation.rule.brought.MidRangeProvider;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.RuleName;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RulesTest {
  private static final String SGD = "{\"optimizer\":{\"name\":\"sgd\"}}";

  private static Rule rule(String form, int quorum, String train) {
    return Rules.of(
        TestPlans.of("{\"rule\":" + form + ",\"cohort\":{\"quorum\":" + quorum + "}}", train));
  }

  @ParameterizedTest
  @EnumSource(RuleName.class)
  void of_everyName_makesARuleOfThatName(RuleName name) {
    assertEquals(name.token(), rule("\"" + name.token() + "\"", 7, SGD).name());
  }

  /**
   * With the default options or with given ones: the fewest updates for which a rule means
   * anything.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"weighted-mean\" | 1",
        "\"uniform-mean\" | 1",
        "\"capped-mean\" | 2",
        "{\"name\":\"capped-mean\",\"share\":0.3} | 4",
        "\"median\" | 3",
        "\"trimmed-mean\" | 5",
        "{\"name\":\"trimmed-mean\",\"trim\":0.1} | 10",
        "{\"name\":\"trimmed-mean\",\"trim\":0.49} | 3",
        "\"krum\" | 5",
        "{\"name\":\"multi-krum\",\"byzantine\":3} | 9",
        "{\"name\":\"multi-krum\",\"byzantine\":3,\"keep\":3} | 9",
        "{\"name\":\"multi-krum\",\"byzantine\":3,\"keep\":8} | 11",
        "{\"name\":\"krum\",\"byzantine\":0} | 3",
        "\"bulyan\" | 7",
        "{\"name\":\"bulyan\",\"byzantine\":2} | 11",
        "\"geometric-median\" | 3",
        "\"norm-clipping\" | 3",
        "{\"name\":\"norm-clipping\",\"norm\":2} | 1",
        "\"centred-clipping\" | 3",
        "{\"name\":\"centred-clipping\",\"radius\":2} | 1",
        "\"fednova\" | 1",
        "\"test.mid-range\" | 2"
      })
  void of_quorumBelowTheNeed_isRefused(String form, int least) {
    assertEquals(least, rule(form, least, SGD).needs().leastUpdates());
    if (least > 1) {
      assertRefused(
          ErrorKind.INVALID_CONFIG,
          "federation.cohort.quorum: " + (least - 1) + " (expected: at least " + least,
          () -> rule(form, least - 1, SGD));
    }
  }

  @Test
  void of_fedNovaBesideAnOptimizerOfOtherSteps_isRefused() {
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "train.optimizer.name: adamw (expected: sgd, for rule fednova)",
        () -> rule("\"fednova\"", 1, "{}"));
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "train.optimizer.dampening: 0.5 (expected: 0, for rule fednova)",
        () -> rule("\"fednova\"", 1, "{\"optimizer\":{\"name\":\"sgd\",\"dampening\":0.5}}"));
  }

  /** A refusal that ends in a question. */
  private static void assertAsks(String expected, Executable call) {
    var refused = assertThrows(FederationException.class, call);
    assertEquals(ErrorKind.INVALID_CONFIG, refused.kind());
    assertEquals(expected, refused.sentence());
  }

  @Test
  void of_ruleThatIsBrought_readsItsOptions() {
    var rule = (MidRange) rule("{\"name\":\"test.mid-range\",\"share\":0.25}", 2, "{}");
    assertEquals(0.25, rule.share());
    assertAsks(
        "federation.rule: shore: unknown key (expected: share). Did you mean \"share\"?",
        () -> rule("{\"name\":\"test.mid-range\",\"shore\":0.25}", 2, "{}"));
  }

  @Test
  void of_ruleThatIsNotThere_isRefused() {
    assertAsks(
        "federation.rule.name: test.midrange (expected: a rule on the coordinator's class path:"
            + " test.mid-range). Did you mean \"test.mid-range\"?",
        () -> rule("\"test.midrange\"", 2, "{}"));
    var plan = TestPlans.of("{\"rule\":\"acme.rule\"}").federation().rule();
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "there is none). Put its jar beside the coordinator's.",
        () -> Rules.brought(plan, new TreeMap<>()));
  }

  @Test
  void index_twoOfAName_isRefused() {
    assertRefused(
        ErrorKind.INVALID_CONFIG,
        "rules named \"test.mid-range\"",
        () -> Rules.index(List.of(new MidRangeProvider(), new MidRangeProvider())));
  }

  private static List<Double> capped(double share, Double... weights) {
    List<NodeName> nodes =
        IntStream.range(0, weights.length).mapToObj(i -> new NodeName("n" + i)).toList();
    List<Long> steps = IntStream.range(0, weights.length).mapToObj(i -> 1L).toList();
    return new CappedMean(share).weights(RuleInput.of(nodes, List.of(weights), steps));
  }

  @Test
  void weights_ofCappedMean_haveNoLargerShare() {
    assertEquals(List.of(1.0, 1.0), capped(0.5, 9.0, 1.0));
    assertEquals(List.of(2.0, 1.0, 1.0), capped(0.5, 90.0, 1.0, 1.0));
    assertEquals(List.of(3.0, 2.0, 3.0), capped(0.5, 3.0, 2.0, 3.0));
    // c = 0.25·(2c + 3): the two large ones at 1.5
    assertEquals(List.of(1.5, 1.5, 1.0, 1.0, 1.0), capped(0.25, 90.0, 50.0, 1.0, 1.0, 1.0));
    assertEquals(List.of(7.0), capped(1, 7.0));
  }

  @Test
  void amount_ofLocalSteps_isTheSumOfCoefficients() {
    assertEquals(5, new FedNova(0, false).amount(5));
    assertEquals(1, new FedNova(0.9, false).amount(0), 1e-12, "none count as one");
    for (boolean nesterov : new boolean[] {false, true}) {
      double[] gradients = new double[6]; // what each gradient has in the sum of all steps
      double[] buffer = new double[6];
      for (int step = 0; step < 6; step++) {
        for (int i = 0; i <= step; i++) {
          buffer[i] = 0.8 * buffer[i] + (i == step ? 1 : 0);
          gradients[i] += nesterov ? 0.8 * buffer[i] + (i == step ? 1 : 0) : buffer[i];
        }
      }
      double sum = 0;
      for (double coefficient : gradients) {
        sum += coefficient;
      }
      assertEquals(sum, new FedNova(0.8, nesterov).amount(6), 1e-12);
    }
  }
}
