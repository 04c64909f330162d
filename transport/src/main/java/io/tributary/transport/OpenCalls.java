package io.tributary.transport;

import io.tributary.federation.FederationException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The calls that are open now, by the identity of their caller, so that a peer's calls can be ended
 * when it is revoked or evicted. Safe for all threads.
 */
public final class OpenCalls {
  private final Set<EndableCall<?, ?>> calls = ConcurrentHashMap.newKeySet();

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

  void add(EndableCall<?, ?> call) {
    calls.add(call);
  }

  void remove(EndableCall<?, ?> call) {
    calls.remove(call);
  }
}
