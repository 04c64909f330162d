package io.tributary.transport;

import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises in a broken connection that one side refused the other's certificate. With TLS 1.3
 * (RFC 8446 section 4.4.2.4) a server's refusal reaches the client as an alert after a handshake
 * that looked fine, so it shows up in the first call, not when connecting.
 */
final class TlsRefusal {
  private static final Pattern ALERT =
      Pattern.compile(
          "(alert|certificate_)[a-z0-9_: ]*"
              + "(certificate|unknown_ca|unknown ca|access_denied|access denied|decrypt_error)"
              + "|bad_certificate|certificate_required|certificate_unknown|certificate_expired");

  private TlsRefusal() {}

  /** One sentence on who refused whom, or nothing when the cause is another one. */
  static Optional<String> sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateException) {
        return Optional.of(
            "coordinator's certificate: "
                + message
                + " (expected: the federation's coordinator at this address). Check `coordinator`"
                + " and `tls.trust`.");
      }
      if (message.contains("KEY_USAGE_BIT_INCORRECT")) {
        return Optional.of(
            "own certificate: its key usage forbids signatures (expected: digital signature). Ask"
                + " the operator for a new one.");
      }
      if (cause instanceof javax.net.ssl.SSLException
          && ALERT.matcher(message.toLowerCase(Locale.ROOT)).find()) {
        return Optional.of(
            "own certificate: refused by the coordinator, "
                + message
                + " (expected: a valid one of the federation). Check `tls` or ask the operator for"
                + " a new one.");
      }
    }
    return Optional.empty();
  }
}
