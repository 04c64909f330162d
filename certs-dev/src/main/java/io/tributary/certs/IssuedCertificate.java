package io.tributary.certs;

import io.tributary.federation.PeerName;
import java.time.Instant;

/**
 * A certificate that an authority has issued.
 *
 * @param serial lower-case hexadecimal
 */
public record IssuedCertificate(
    PeerName name, String serial, Instant notBefore, Instant notAfter, boolean revoked) {}
