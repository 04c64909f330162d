package io.tributary.transport;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;

/**
 * How a connection whose other end has vanished without a word is found: where nothing came for
 * {@code every}, a ping is sent; where nothing came {@code within} after it, the connection is
 * given up and its calls fail as UNREACHABLE.
 *
 * @param every at a channel at least ten seconds, or grpc-java raises it; a listener allows no less
 * @param within time for the answer. On bulk connections the ping waits behind data that is under
 *     way, up to a few megabytes, so a slow link needs more of it
 */
public record KeepAlive(Duration every, Duration within) {
  public KeepAlive {
    if (every.isNegative() || every.isZero() || within.isNegative() || within.isZero()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "keep-alive",
          every + ", " + within,
          "more than nothing",
          "Correct it.");
    }
  }
}
