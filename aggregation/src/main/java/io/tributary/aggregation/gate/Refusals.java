package io.tributary.aggregation.gate;

import io.tributary.aggregation.gate.Verdict.Refused;
import io.tributary.aggregation.tensor.Quoted;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts refusals into the one form of messages. */
final class Refusals {
  private static final int MOST_NAMES = 5;

  private Refusals() {}

  static Optional<Refused> of(
      RefusalReason reason, String what, Object found, Object rule, String remedy) {
    return Optional.of(refused(reason, what, found, rule, remedy));
  }

  static Refused refused(
      RefusalReason reason, String what, Object found, Object rule, String remedy) {
    return new Refused(reason, what + ": " + found + " (expected: " + rule + "). " + remedy);
  }

  static String names(Collection<String> names) {
    String listed =
        names.stream().limit(MOST_NAMES).map(Quoted::of).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return names.isEmpty() ? "none" : more > 0 ? listed + " and " + more + " more" : listed;
  }
}
