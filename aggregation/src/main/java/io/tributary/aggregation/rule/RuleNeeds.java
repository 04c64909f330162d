package io.tributary.aggregation.rule;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/**
 * What a rule can't do without.
 *
 * @param leastUpdates fewest updates for which it is defined, at least 1
 * @param rows how it looks at the updates
 * @param separateUpdates whether it must see updates one by one, so that it can't follow a masked
 *     collection
 * @param root whether it holds updates against one that the coordinator trains itself
 */
public record RuleNeeds(int leastUpdates, RowAccess rows, boolean separateUpdates, boolean root) {
  /** What a rule without a root update can't do without. */
  public RuleNeeds(int leastUpdates, RowAccess rows, boolean separateUpdates) {
    this(leastUpdates, rows, separateUpdates, false);
  }

  public RuleNeeds {
    requireNonNull(rows, "rows");
    if (leastUpdates < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "leastUpdates", leastUpdates, "at least 1", "Mend the rule.");
    }
  }
}
