package io.tributary.aggregation.tally;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums over the examples of one place. Those of several places add up, so that figures of all of
 * them need nobody's examples. What is not there is not known: a sum that left the numbers, or
 * counts that a site does not tell.
 *
 * @param examples how many there are; tokens, where tokens are predicted
 * @param sums by their words; finite
 * @param counts by their words, each with an entry for each label or type of entity, in the order
 *     of the label set
 * @param moments of predicted numbers
 */
public record Tally(
    TaskKind kind,
    long examples,
    SortedMap<String, Double> sums,
    SortedMap<String, List<LabelCounts>> counts,
    Optional<Moments> moments) {
  /** Sum of losses: of examples, of tokens, or of decisions where there are several labels. */
  public static final String LOSS = "loss";

  /** Predictions that were right. */
  public static final String RIGHT = "right";

  /** Sum of clipped negative logarithms of the true label's probability. */
  public static final String LOG_LOSS = "log-loss";

  /** Sum of squared distances of probabilities from the truth. */
  public static final String BRIER = "brier";

  /** Prefix of hits by bin of confidence. */
  public static final String BIN_HITS = "bin-hits-";

  /** Prefix of sums of confidence by bin. */
  public static final String BIN_CONFIDENCE = "bin-confidence-";

  /** Wrong decisions, where there are several labels. */
  public static final String WRONG = "wrong";

  /** All decisions, where there are several labels: one for each label and example. */
  public static final String DECISIONS = "decisions";

  /** Sum of the examples' F1, where there are several labels. */
  public static final String SAMPLES_F1 = "samples-f1";

  /** Counts of labels. */
  public static final String LABELS = "labels";

  /** Counts of types of entities, an I- after another type read as a beginning. */
  public static final String ENTITIES = "entities";

  /** The same of entities that are written as IOB2 wants them. */
  public static final String STRICT_ENTITIES = "entities-strict";

  public Tally {
    requireNonNull(kind, "kind");
    SortedMap<String, Double> finite = new TreeMap<>(sums);
    finite.values().removeIf(sum -> !Double.isFinite(sum));
    sums = Collections.unmodifiableSortedMap(finite);
    SortedMap<String, List<LabelCounts>> copies = new TreeMap<>();
    counts.forEach((name, list) -> copies.put(name, List.copyOf(list)));
    counts = Collections.unmodifiableSortedMap(copies);
    moments = moments.filter(Moments::finite);
  }

  /** A tally without moments. */
  public Tally(
      TaskKind kind,
      long examples,
      SortedMap<String, Double> sums,
      SortedMap<String, List<LabelCounts>> counts) {
    this(kind, examples, sums, counts, Optional.empty());
  }

  /** The sums of the examples of both; what either does not know is not known of both. */
  public Tally plus(Tally other) {
    if (kind != other.kind) {
      throw new IllegalArgumentException(
          "tally: " + other.kind.token() + " (expected: " + kind.token() + ")");
    }
    SortedMap<String, Double> both = new TreeMap<>(sums);
    both.keySet().retainAll(other.sums.keySet());
    both.replaceAll((name, sum) -> sum + requireNonNull(other.sums.get(name)));
    SortedMap<String, List<LabelCounts>> lists = new TreeMap<>(counts);
    lists.keySet().retainAll(other.counts.keySet());
    lists.replaceAll((name, list) -> added(list, requireNonNull(other.counts.get(name))));
    return new Tally(
        kind,
        examples + other.examples,
        both,
        lists,
        moments.flatMap(own -> other.moments.map(own::plus)));
  }

  private static List<LabelCounts> added(List<LabelCounts> one, List<LabelCounts> other) {
    if (one.size() != other.size()) {
      throw new IllegalArgumentException(
          "counts: " + other.size() + " labels (expected: " + one.size() + ")");
    }
    List<LabelCounts> sums = new ArrayList<>(one.size());
    for (int i = 0; i < one.size(); i++) {
      sums.add(one.get(i).plus(other.get(i)));
    }
    return sums;
  }

  /** The same without counts by label, for a site that does not tell them. */
  public Tally withoutCounts() {
    return new Tally(kind, examples, sums, new TreeMap<>(), moments);
  }

  /** A sum; NaN where it is not known. */
  public double sum(String name) {
    return sums.getOrDefault(name, Double.NaN);
  }

  /** Whether the loss is a number: of a model that left the numbers it is none. */
  public boolean finite() {
    return Double.isFinite(figures().getOrDefault(Metric.LOSS, Double.NaN));
  }

  /** The 95 % interval of the share of right predictions, where those are counted. */
  public Optional<WilsonInterval> interval() {
    return Optional.ofNullable(sums.get(RIGHT))
        .map(right -> WilsonInterval.of(right.longValue(), examples));
  }

  /**
   * The figures that follow; those whose counts are not known are left out, those whose sums are
   * not are NaN.
   */
  public Map<Metric, Double> figures() {
    return TallyFigures.of(this);
  }
}
