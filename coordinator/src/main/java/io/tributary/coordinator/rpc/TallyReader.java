package io.tributary.coordinator.rpc;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Moments;
import io.tributary.aggregation.tally.Tally;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.TaskKind;
import io.tributary.proto.v1.Evaluated;
import io.tributary.proto.v1.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what a site tells of its evaluation; what it claims is for the round to judge. */
final class TallyReader {
  private static final int MOST_SUMS = 200;
  private static final int LONGEST_NAME = 100;
  private static final int MOST_LISTS = 10;
  private static final int MOST_LABELS = 100_000;

  private TallyReader() {}

  /** The event: what was told, or that it can't be read, which ends the assignment. */
  static RoundEvent event(AssignmentId id, Evaluated message) {
    try {
      return new RoundEvent.SiteEvaluated(id, tally(message));
    } catch (FederationException e) {
      return new RoundEvent.NodeFailed(id, e.kind(), false, e.sentence());
    }
  }

  private static Tally tally(Evaluated message) {
    if (message.getSumsCount() > MOST_SUMS || message.getCountsCount() > MOST_LISTS) {
      throw refusal(
          "evaluation",
          message.getSumsCount() + " sums, " + message.getCountsCount() + " lists of counts",
          "at most " + MOST_SUMS + " sums and " + MOST_LISTS + " lists");
    }
    SortedMap<String, Double> sums = new TreeMap<>();
    for (Metric sum : message.getSumsList()) {
      sums.put(name(sum.getName()), sum.getValue());
    }
    SortedMap<String, List<LabelCounts>> counts = new TreeMap<>();
    for (Evaluated.Counts list : message.getCountsList()) {
      counts.put(name(list.getName()), labels(list));
    }
    return new Tally(kind(message), message.getExamples(), sums, counts, moments(message));
  }

  private static String name(String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw refusal("name of a sum", name.length() + " characters", "1 to " + LONGEST_NAME);
    }
    return NodeMessages.sentence(name);
  }

  private static TaskKind kind(Evaluated message) {
    return TaskKind.find(message.getKind())
        .orElseThrow(
            () -> refusal("kind", NodeMessages.sentence(message.getKind()), "a kind of task"));
  }

  private static List<LabelCounts> labels(Evaluated.Counts list) {
    int size = list.getHitsCount();
    if (size > MOST_LABELS || list.getPredictedCount() != size || list.getSupportCount() != size) {
      throw refusal(
          "counts",
          size + ", " + list.getPredictedCount() + " and " + list.getSupportCount() + " numbers",
          "as many of each, at most " + MOST_LABELS);
    }
    List<LabelCounts> labels = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      labels.add(new LabelCounts(list.getHits(i), list.getPredicted(i), list.getSupport(i)));
    }
    return labels;
  }

  private static Optional<Moments> moments(Evaluated message) {
    if (message.getMomentsCount() == 0) {
      return Optional.empty();
    }
    if (message.getMomentsCount() != Moments.NUMBERS) {
      throw refusal(
          "moments", message.getMomentsCount() + " numbers", Moments.NUMBERS + ", or none");
    }
    return Optional.of(Moments.of(message.getExamples(), message.getMomentsList()));
  }

  private static FederationException refusal(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, what, found, rule, "Use one version of Tributary everywhere.");
  }
}
