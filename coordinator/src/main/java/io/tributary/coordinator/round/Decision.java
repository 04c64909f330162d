package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What becomes of an event.
 *
 * @param next the machine after it
 * @param transitions to be journaled before anybody sees the consequences
 * @param messages effects of the moment, which are not derived from the state again
 * @param answer for the event's sender
 */
public record Decision(
    RoundMachine next, List<Staged> transitions, List<Effect> messages, Answer answer) {
  public Decision {
    requireNonNull(next, "next");
    transitions = List.copyOf(transitions);
    messages = List.copyOf(messages);
    requireNonNull(answer, "answer");
  }
}
