package io.tributary.coordinator;

import io.tributary.federation.FederationException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Closes what was started, in reverse; the first failure wins and carries the others. */
final class Closer {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T register(T part) {
    parts.push(part);
    return part;
  }

  /** Closes everything. */
  void close() {
    @Nullable Throwable first = closeAll(null);
    if (first instanceof FederationException e) {
      throw e;
    }
    if (first != null) {
      throw new IllegalStateException("closing failed", first);
    }
  }

  /** Closes everything because of a failure, which takes the closing's own failures with it. */
  void closeAfter(Throwable failure) {
    closeAll(failure);
  }

  private @Nullable Throwable closeAll(@Nullable Throwable failure) {
    Throwable first = failure;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }
}
