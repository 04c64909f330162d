package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** The next state, and what is to be done once it holds. */
public record Decision(SessionState state, List<SessionEffect> effects) {
  public Decision {
    requireNonNull(state, "state");
    effects = List.copyOf(effects);
  }
}
