package io.tributary.federation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of some canonical bytes; prints as {@code sha256:…} with 64 lower-case hexadecimal
 * digits.
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final int DIGITS = 64;
  private static final String PREFIX = "sha256:";
  private static final int MOST_QUOTED = 200;

  public Digest {
    if (!isHex(hex)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "digest",
          quoted(hex),
          "64 lower-case hexadecimal digits",
          "Copy it whole.");
    }
  }

  private static boolean isHex(String text) {
    if (text.length() != DIGITS) {
      return false;
    }
    for (int i = 0; i < DIGITS; i++) {
      char digit = text.charAt(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }

  /* What came may be megabytes long; a refusal stays one line. */
  private static String quoted(String text) {
    return "\"" + text.substring(0, Math.min(text.length(), MOST_QUOTED)) + "\"";
  }

  /** Reads the printed form. */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "digest", quoted(text), "sha256:…", "Copy it whole.");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  public static Digest of(byte[] bytes) {
    return finish(sha256(), bytes);
  }

  public static Digest of(ByteBuffer bytes) {
    MessageDigest sha256 = sha256();
    sha256.update(bytes.duplicate());
    return ofHash(sha256.digest());
  }

  public static Digest ofUtf8(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Wraps a finished 32-byte hash. */
  public static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** A fresh SHA-256, for streams; end it with {@link #ofHash}. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The 32 bytes of the hash. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The first 12 digits, for tables that people read. */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }

  private static Digest finish(MessageDigest sha256, byte[] bytes) {
    return ofHash(sha256.digest(bytes));
  }
}
