package io.tributary.cli.bench;

import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When the steps of one round were decided, by the journal; a step's time is that of its last row
 * (the last node to accept, the last update to be judged).
 *
 * @param steps by name, in the order of {@link #STEPS}
 */
record RoundTimes(int round, Instant opened, Map<String, Instant> steps) {
  /** Step and the kind of row that ends it. */
  static final Map<String, String> STEPS = order();

  private static Map<String, String> order() {
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put("drawn", "CohortDrawn");
    steps.put("accepted", "AssignmentAccepted");
    steps.put("receipted", "UpdateReceipted");
    steps.put("judged", "UpdateJudged");
    steps.put("aggregated", "AggregationFinished");
    steps.put("evaluated", "EvaluationFinished");
    steps.put("committed", "RoundCommitted");
    return steps;
  }

  /** The trained rounds of a run: those after round 0. */
  static List<RoundTimes> of(List<Staged> journal) {
    List<RoundTimes> rounds = new ArrayList<>();
    for (Staged row : journal) {
      if (row.transition() instanceof Transition.RoundOpened opened) {
        rounds.add(new RoundTimes(opened.round(), row.at(), new LinkedHashMap<>()));
      } else if (!rounds.isEmpty()) {
        rounds.get(rounds.size() - 1).take(row);
      }
    }
    return rounds.stream()
        .filter(times -> times.round() > 0 && times.steps().containsKey("committed"))
        .toList();
  }

  private void take(Staged row) {
    if (steps.containsKey("committed")) {
      return;
    }
    String kind = row.transition().getClass().getSimpleName();
    STEPS.forEach(
        (step, type) -> {
          if (type.equals(kind)) {
            steps.put(step, row.at());
          }
        });
  }

  /** One line for another process. */
  String line() {
    var text = new StringBuilder().append(round).append(' ').append(opened);
    steps.forEach((step, at) -> text.append(' ').append(step).append('=').append(at));
    return text.toString();
  }

  /** Reads what {@link #line} wrote. */
  static RoundTimes parse(String line) {
    String[] words = line.split(" ", -1);
    Map<String, Instant> steps = new LinkedHashMap<>();
    for (int i = 2; i < words.length; i++) {
      String[] pair = words[i].split("=", 2);
      steps.put(pair[0], Instant.parse(pair[1]));
    }
    return new RoundTimes(Integer.parseInt(words[0]), Instant.parse(words[1]), steps);
  }

  Instant committed() {
    return steps.getOrDefault("committed", opened);
  }

  double millis() {
    return millis(opened, committed());
  }

  /** From the step before to this one. */
  double millisOf(String step) {
    Instant before = opened;
    for (String name : STEPS.keySet()) {
      Instant at = steps.getOrDefault(name, before);
      if (name.equals(step)) {
        return millis(before, at);
      }
      before = at;
    }
    return 0;
  }

  static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
