package io.tributary.training.worker;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns whatever an order ended with into a failure of one kind. */
final class OrderFailure {
  private static final List<String> MEMORY =
      List.of("can't allocate memory", "not enough memory", "out of memory", "bad allocation");

  private OrderFailure() {}

  static FederationException of(String order, Throwable cause) {
    if (cause instanceof FederationException failure) {
      return failure;
    }
    if (cause instanceof OutOfMemoryError || says(cause, MEMORY)) {
      return new FederationException(
          ErrorKind.OUT_OF_MEMORY,
          order
              + ": "
              + sentence(cause)
              + " (expected: memory for model, batch and optimizer). "
              + "Use a smaller batch-size or max-tokens, or raise limits.memory.",
          cause);
    }
    if (says(cause, List.of("no space left"))) {
      return new FederationException(
          ErrorKind.FULL,
          order + ": the disk is full (expected: room for the update). Free some space.",
          cause);
    }
    return new FederationException(
        ErrorKind.WORKER_FAILED,
        order
            + ": "
            + sentence(cause)
            + " (expected: an outcome). Look at the log of the worker; if it stays, report it.",
        cause);
  }

  private static boolean says(Throwable cause, List<String> words) {
    for (@Nullable Throwable at = cause; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (words.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }

  /** The first line only: torch puts its own stack trace into its messages. */
  private static String sentence(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + " " + message;
  }
}
