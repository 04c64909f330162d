package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.PeerName;
import java.time.Instant;

/**
 * Who is at the other end of a call, as its authenticated certificate says.
 *
 * @param serial the certificate's serial in lower-case hexadecimal
 * @param notAfter end of the certificate's validity
 */
public record PeerIdentity(PeerName name, String serial, Instant notAfter) {
  public PeerIdentity {
    requireNonNull(name, "name");
    requireNonNull(serial, "serial");
    requireNonNull(notAfter, "notAfter");
  }
}
