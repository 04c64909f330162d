package io.tributary.client.session;

/** Where a node stands with its coordinator. */
public enum Phase {
  /** No connection; the next attempt has a time. */
  DISCONNECTED(false),
  /** The call is open, Welcome has not come yet. */
  CONNECTING(false),
  /** Welcomed: assignments come. */
  JOINED(false),
  /** The coordinator goes down on purpose: what is open is finished, nothing new comes. */
  DRAINING(false),
  /** Another process joined under this name; this one does not come back by itself. */
  SUPERSEDED(true),
  /** The coordinator does not admit this node; a person has to change something. */
  REFUSED(true),
  /** Ended on request. */
  STOPPED(true);

  private final boolean terminal;

  Phase(boolean terminal) {
    this.terminal = terminal;
  }

  /** Whether nothing follows. */
  public boolean terminal() {
    return terminal;
  }

  /** Whether messages can be sent to the coordinator. */
  public boolean connected() {
    return this == JOINED || this == DRAINING;
  }
}
