package io.tributary.federation;

import java.io.Serial;

/** A peer broke the protocol: checked, because the caller must decide what becomes of that peer. */
public final class ProtocolViolation extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public ProtocolViolation(String message) {
    super(message);
  }
}
