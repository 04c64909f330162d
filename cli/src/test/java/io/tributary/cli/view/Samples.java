package io.tributary.cli.view;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Views for tests. */
public final class Samples {
  private Samples() {}

  static Evaluation figures(double accuracy) {
    return new Evaluation(
        1000, 2 - accuracy, accuracy, accuracy - 0.03, accuracy + 0.03, accuracy / 2, List.of());
  }

  /** The work of a node in the round that {@link #run} has open. */
  static NodeWork work(String node, String state, long done, long total) {
    return asked(2, node, state, done, total);
  }

  /** The work of a node that was asked in a round. */
  static NodeWork asked(int round, String node, String state, long done, long total) {
    String id = "r/" + round + "/1/" + node;
    return new NodeWork(node, id, state, "", done, total, 143.4, 1.5, 900, 0, new TreeMap<>());
  }

  public static RoundStatus round(int round, double accuracy, int refused) {
    return round(round, accuracy, refused, new TreeMap<>());
  }

  /** A round of adapters, whose mean lost something. */
  static RoundStatus measured(int round, double accuracy, double inexactness) {
    return round(round, accuracy, 0, new TreeMap<>(Map.of(RoundStatus.INEXACTNESS, inexactness)));
  }

  /** A round of updates of different ages. */
  static RoundStatus aged(int round, double accuracy, double mean, double most, double refused) {
    var measures = new TreeMap<>(Map.of(RoundStatus.STALENESS, mean));
    measures.put("staleness-max", most);
    measures.put("staleness-refused", refused);
    return round(round, accuracy, 0, measures);
  }

  private static RoundStatus round(
      int round, double accuracy, int refused, SortedMap<String, Double> measures) {
    return new RoundStatus(
        round,
        Optional.of(figures(accuracy)),
        41.5,
        round == 0 ? 0 : 547_000_000,
        round == 0 ? 0 : 273_000_000,
        round == 0 ? 0 : 3 - refused,
        refused,
        1,
        "sha256:c" + round,
        "sha256:t" + round,
        List.of(),
        Optional.empty(),
        measures);
  }

  public static RunStatus run(
      String state, String reason, List<RoundStatus> rounds, List<NodeWork> work) {
    return new RunStatus(
        "gloss-ab2d",
        "{\"federation\":{\"rounds\":4}}",
        "sha256:p",
        state,
        reason,
        rounds.size(),
        1,
        Optional.of(Instant.EPOCH),
        Optional.empty(),
        rounds,
        work,
        1,
        "sha256:t",
        7,
        Optional.empty(),
        "holds",
        "");
  }
}
