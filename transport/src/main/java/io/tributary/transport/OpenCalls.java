package io.tributary.transport;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The calls that are open now, by the identity of their caller, so that a peer's calls can be ended
 * when it is revoked or evicted, and that one certificate has so many at a time and no more: each
 * may hold a half-sent message in memory. Safe for all threads.
 */
public final class OpenCalls {
  private final Set<EndableCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /**
   * Ends each open call whose caller matches, with a reason that the caller gets; returns how many.
   * The services see each of them cancelled before this returns, or as soon as they have begun it.
   */
  public int end(Predicate<PeerIdentity> callers, FederationException reason) {
    int ended = 0;
    for (EndableCall<?, ?> call : calls) {
      if (callers.test(call.peer()) && call.end(ErrorStatus.toStatus(reason))) {
        ended++;
      }
    }
    return ended;
  }

  /** How many calls are open. */
  public int count() {
    return calls.size();
  }

  /** Takes a call in; FULL, and not taken in, where its certificate has so many open already. */
  void add(EndableCall<?, ?> call, int most) {
    int now = counts.merge(call.peer().serial(), 1, Integer::sum);
    if (now > most) {
      left(call);
      throw FederationException.of(
          ErrorKind.FULL,
          "calls of certificate " + call.peer().serial(),
          now,
          "at most " + most + " at a time",
          "Close others first.");
    }
    calls.add(call);
  }

  void remove(EndableCall<?, ?> call) {
    if (calls.remove(call)) {
      left(call);
    }
  }

  private void left(EndableCall<?, ?> call) {
    counts.computeIfPresent(call.peer().serial(), (serial, count) -> count == 1 ? null : count - 1);
  }
}
