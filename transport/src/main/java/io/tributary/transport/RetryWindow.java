package io.tributary.transport;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;

/** A server's wish: come back after a wait drawn evenly from [{@code min}, {@code max}]. */
public record RetryWindow(Duration min, Duration max) {
  public RetryWindow {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "retry window",
          min + " to " + max,
          "0 <= min <= max",
          "Correct it.");
    }
  }
}
