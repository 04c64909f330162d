package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;

/**
 * How many examples a node puts into one batch.
 *
 * @param size examples, 1 to a million; where nodes look for what fits, the most they take
 * @param fitting whether each node takes the largest power of two up to {@code size} that its
 *     memory holds
 */
public record BatchPlan(int size, boolean fitting) {
  /** The word for {@link #fitting}. */
  public static final String AUTO = "auto";

  private static final int LARGEST = 1_000_000;
  private static final int USUAL_MOST = 1_024;

  /** The same number at every node. */
  public static BatchPlan of(int size) {
    return new BatchPlan(size, false);
  }

  static BatchPlan read(Settings settings) {
    if (settings.has("batch-size") && settings.text("batch-size").equals(AUTO)) {
      return new BatchPlan((int) settings.integer("max-batch-size", USUAL_MOST, 1, LARGEST), true);
    }
    if (settings.has("max-batch-size")) {
      throw settings.refusal("max-batch-size", "given", "no such key without batch-size: auto");
    }
    return of((int) settings.integer("batch-size", 16, 1, LARGEST));
  }

  /**
   * Refuses to look for what fits where that can't be repeated, or where more than a batch counts.
   */
  void check(Plan plan, Settings train) {
    if (fitting && plan.deterministic()) {
      throw train.refusal(
          "batch-size",
          AUTO,
          "a number, or deterministic: false, since machines differ in what they hold");
    }
    if (fitting
        && (plan.train().algorithm().keepsState()
            || !(plan.train().personal() instanceof PersonalPlan.None))) {
      throw train.refusal(
          "batch-size",
          AUTO,
          "a number, where algorithm or personal keep more than one model in memory");
    }
  }

  void write(ObjectBuilder json) {
    if (fitting) {
      json.put("batch-size", AUTO).put("max-batch-size", size);
    } else {
      json.put("batch-size", size);
    }
  }
}
