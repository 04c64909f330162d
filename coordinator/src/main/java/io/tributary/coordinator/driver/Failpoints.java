package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.Transition;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Named places where a test may end the process, so that a crash can be put exactly between two
 * steps. In service nothing is armed and a point costs a call of an empty method.
 */
@FunctionalInterface
public interface Failpoints {
  /** The system property that arms one: {@code NAME}, or {@code NAME:n} for the n-th time. */
  String PROPERTY = "tributary.failpoint";

  /** Decided, nothing journaled. */
  String BEFORE_COMMIT = "driver.before-commit";

  /** Journaled, not yet become. */
  String AFTER_COMMIT = "driver.after-commit";

  /** Become, effects not executed. */
  String BEFORE_EFFECTS = "driver.before-effects";

  /** Effects handed over, nobody answered. */
  String BEFORE_ANSWERS = "driver.before-answers";

  /** The update's header is checked; other submissions of its assignment may still end. */
  String UPDATE_ANNOUNCED = "update.announced";

  /** The update's bytes are verified, not forced. */
  String UPDATE_VERIFIED = "update.verified";

  /** File and folder are forced, nothing journaled. */
  String UPDATE_FORCED = "update.forced";

  /** Journaled, the receipt not sent. */
  String UPDATE_RECEIPTED = "update.receipted";

  /** Aggregation has begun. */
  String AGGREGATION_STARTED = "aggregation.started";

  /** The candidate's tensors are written, not durable. */
  String CANDIDATE_WRITTEN = "candidate.written";

  /** The candidate's tensors are durable, its manifest is not. */
  String CANDIDATE_FORCED = "candidate.forced";

  /** The checkpoint is durable, not journaled. */
  String CHECKPOINT_FORCED = "checkpoint.forced";

  /** Evaluation has begun. */
  String EVALUATION_STARTED = "evaluation.started";

  /** Figures are there, not journaled. */
  String EVALUATION_FINISHED = "evaluation.finished";

  /** Says that the place is reached. */
  void reach(String name);

  /** Whether anything is armed; callers may skip making names when nothing is. */
  default boolean armed() {
    return true;
  }

  /** Prefix of the points before a commit that holds a transition of a kind. */
  static String before(String kind) {
    return "commit.before." + kind;
  }

  /** Prefix of the points after a commit that holds a transition of a kind. */
  static String after(String kind) {
    return "commit.after." + kind;
  }

  /** Every name, so that a test can go through them. */
  static List<String> names() {
    List<String> names =
        new ArrayList<>(
            List.of(
                BEFORE_COMMIT,
                AFTER_COMMIT,
                BEFORE_EFFECTS,
                BEFORE_ANSWERS,
                UPDATE_ANNOUNCED,
                UPDATE_VERIFIED,
                UPDATE_FORCED,
                UPDATE_RECEIPTED,
                AGGREGATION_STARTED,
                CANDIDATE_WRITTEN,
                CANDIDATE_FORCED,
                CHECKPOINT_FORCED,
                EVALUATION_STARTED,
                EVALUATION_FINISHED));
    for (String kind : Transition.kinds()) {
      names.add(before(kind));
      names.add(after(kind));
    }
    return List.copyOf(names);
  }

  /** Nothing armed. */
  static Failpoints none() {
    return new Failpoints() {
      @Override
      public void reach(String name) {}

      @Override
      public boolean armed() {
        return false;
      }
    };
  }

  /** Armed by the text of the property, with what happens there; an unknown name is refused. */
  static Failpoints of(Optional<String> property, Runnable crash) {
    if (property.isEmpty()) {
      return none();
    }
    String[] parts = property.get().split(":", 2);
    String name = parts[0];
    if (!names().contains(name)) {
      throw unknown(property.get());
    }
    var left = new AtomicLong(parts.length == 2 ? times(property.get(), parts[1]) : 1);
    return reached -> {
      if (reached.equals(name) && left.decrementAndGet() == 0) {
        crash.run();
      }
    };
  }

  private static long times(String property, String text) {
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw unknown(property);
    }
    return Long.parseLong(text);
  }

  private static FederationException unknown(String property) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        PROPERTY,
        property,
        "a failpoint's name, or name:n with n >= 1",
        "Take one of the list.");
  }

  /** As the process was started: dies as by kill -9 where the system property says so. */
  static Failpoints ofProcess() {
    return of(
        Optional.ofNullable(System.getProperty(PROPERTY)), () -> Runtime.getRuntime().halt(137));
  }
}
