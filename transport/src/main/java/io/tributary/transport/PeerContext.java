package io.tributary.transport;

import io.grpc.Context;

/** Carries the caller's identity to the services; set by {@link IdentityInterceptor} alone. */
public final class PeerContext {
  private static final Context.Key<PeerIdentity> KEY = Context.key("tributary-peer");

  private PeerContext() {}

  /** The caller of the present call; a defect where no call is being served. */
  public static PeerIdentity current() {
    PeerIdentity peer = KEY.get();
    if (peer == null) {
      throw new IllegalStateException("no call is served on this thread");
    }
    return peer;
  }

  static Context with(PeerIdentity peer) {
    return Context.current().withValue(KEY, peer);
  }
}
