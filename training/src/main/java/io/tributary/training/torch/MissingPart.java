package io.tributary.training.torch;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/**
 * Something that a device needs and a machine lacks.
 *
 * @param what was looked at
 * @param fix what to do
 */
public record MissingPart(String what, String found, String rule, String fix) {
  /** As a refusal of the configuration. */
  public FederationException refusal() {
    return FederationException.of(ErrorKind.INVALID_CONFIG, what, found, rule, fix);
  }
}
