package io.tributary.client;

import static java.util.Objects.requireNonNull;

import io.tributary.client.session.Phase;
import io.tributary.federation.ErrorKind;
import java.util.Optional;

/**
 * How a node ended.
 *
 * @param phase STOPPED, SUPERSEDED or REFUSED
 * @param failure empty where it ended on request
 * @param sentence for a person
 */
public record NodeEnd(Phase phase, Optional<ErrorKind> failure, String sentence) {
  public NodeEnd {
    requireNonNull(phase, "phase");
    requireNonNull(failure, "failure");
    requireNonNull(sentence, "sentence");
  }
}
