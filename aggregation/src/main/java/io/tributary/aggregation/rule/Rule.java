package io.tributary.aggregation.rule;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import java.util.List;

/** How the updates of a round become one step. */
public interface Rule {
  /** The word used in plans and messages. */
  String name();

  /** What it can't do without. */
  RuleNeeds needs();

  /** The passes before the combine, in order; each sees the scores of those before it. */
  default List<Scan> scans() {
    return List.of();
  }

  /** The last pass, made for the scores of all scans. */
  Combine combine(RuleInput input);

  /**
   * What each update counts with: finite, at least 0, one an update, not divided by their sum.
   * Statistics are averaged by it, and a checkpoint's record has it; an update of weight 0 has no
   * part in either.
   *
   * @param input with the scores of all scans
   */
  default List<Double> weights(RuleInput input) {
    return input.weights();
  }

  /** Refuses a plan that can't give the rule what it needs, before the run starts. */
  default void check(Plan plan) {
    if (plan.federation().cohort().quorum() < needs().leastUpdates()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "federation.cohort.quorum",
          plan.federation().cohort().quorum(),
          "at least " + needs().leastUpdates() + ", for rule " + name(),
          "Raise the quorum or choose another rule.");
    }
  }
}
