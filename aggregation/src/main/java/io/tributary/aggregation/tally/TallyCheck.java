package io.tributary.aggregation.tally;

import io.tributary.federation.plan.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a site's tally is held against before it is added to others. It can't show that a site
 * counted well; only that some examples of the number that the site declared can have these sums.
 */
public final class TallyCheck {
  /** More tokens than any site has; counts of a hundred thousand labels still add up. */
  private static final long MOST = 1L << 40;

  private TallyCheck() {}

  /**
   * Why a tally is not taken; empty where it may be.
   *
   * @param kind of the plan's task
   * @param labels how many labels the plan has
   * @param declared validation examples that the site's card declares
   */
  public static Optional<String> refusal(Tally tally, TaskKind kind, int labels, long declared) {
    if (tally.kind() != kind) {
      return no("kind", tally.kind().token(), kind.token());
    }
    if (tally.examples() < 1 || tally.examples() > MOST) {
      return no("examples", tally.examples(), "1 or more, at most " + MOST);
    }
    if (!kind.perToken() && tally.examples() > declared) {
      return no(
          "examples", tally.examples(), "at most the " + declared + " that its card declares");
    }
    for (Map.Entry<String, Double> sum : tally.sums().entrySet()) {
      if (sum.getValue() < 0) {
        return no(sum.getKey(), sum.getValue(), "0 or more");
      }
    }
    if (tally.sums().getOrDefault(Tally.RIGHT, 0.0) > tally.examples()) {
      return no(Tally.RIGHT, tally.sum(Tally.RIGHT), "at most " + tally.examples());
    }
    if (tally.moments().filter(moments -> !moments.possible()).isPresent()) {
      return no("moments", "below 0", "0 or more");
    }
    return counts(tally, labels);
  }

  private static Optional<String> counts(Tally tally, int labels) {
    for (Map.Entry<String, List<LabelCounts>> list : tally.counts().entrySet()) {
      boolean ofLabels = list.getKey().equals(Tally.LABELS);
      if (ofLabels ? list.getValue().size() != labels : list.getValue().size() > labels) {
        return no(
            list.getKey(), list.getValue().size() + " entries", labels + ", one for each label");
      }
      if (!list.getValue().stream().allMatch(label -> label.possible(tally.examples()))) {
        return no(list.getKey(), "impossible", "hits among both counts, and those among examples");
      }
      LabelCounts sum = LabelCounts.sum(list.getValue());
      boolean oneEach = ofLabels && tally.kind() != TaskKind.MULTI_LABEL;
      if (oneEach && (sum.support() != tally.examples() || sum.predicted() != tally.examples())) {
        return no(
            list.getKey(), sum.support() + " examples", tally.examples() + ", one label each");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> no(String what, Object found, String rule) {
    return Optional.of("tally, " + what + ": " + found + " (expected: " + rule + ").");
  }
}
