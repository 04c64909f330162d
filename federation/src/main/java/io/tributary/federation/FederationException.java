package io.tributary.federation;

import static java.util.Objects.requireNonNull;

import java.io.Serial;

/**
 * A failure of one {@link ErrorKind} whose message is one line for a person: what, found, rule,
 * what to do.
 */
public final class FederationException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ErrorKind kind;
  private final String peerSentence;

  public FederationException(ErrorKind kind, String message) {
    super(oneLine(message));
    this.kind = requireNonNull(kind, "kind");
    this.peerSentence = sentence();
  }

  public FederationException(ErrorKind kind, String message, Throwable cause) {
    super(oneLine(message), cause);
    this.kind = requireNonNull(kind, "kind");
    this.peerSentence = sentence();
  }

  private FederationException(
      ErrorKind kind, String message, String peerSentence, Throwable cause) {
    super(oneLine(message), cause);
    this.kind = requireNonNull(kind, "kind");
    this.peerSentence = oneLine(peerSentence);
  }

  /**
   * A failure whose sentence names what is nobody's business but this machine's, such as a path.
   *
   * @param peerSentence what others are told instead
   */
  public static FederationException local(
      ErrorKind kind, String message, String peerSentence, Throwable cause) {
    return new FederationException(kind, message, peerSentence, cause);
  }

  /** {@code what: found (expected: rule). remedy}; the form of every refusal. */
  public static FederationException of(
      ErrorKind kind, String what, Object found, String rule, String remedy) {
    return new FederationException(
        kind, what + ": " + found + " (expected: " + rule + "). " + remedy);
  }

  public ErrorKind kind() {
    return kind;
  }

  /** The message; never null. */
  public String sentence() {
    return requireNonNull(getMessage());
  }

  /** The sentence for those on other machines; never null. */
  public String peerSentence() {
    return peerSentence;
  }

  private static String oneLine(String message) {
    return requireNonNull(message, "message").replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
