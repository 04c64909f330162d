package io.tributary.client.rpc;

import io.tributary.client.session.SessionEvent;

/** Is told what comes on the open call, in order; called from the channel's executor. */
public interface JoinListener {
  void welcomed(WelcomeFacts facts);

  /** Anything else, the end of the call included. */
  void happened(SessionEvent event);
}
