package io.tributary.transport;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys from PEM files (RFC 7468); each failure names its file. */
final class PemReader {
  private static final Pattern CERTIFICATE = form("CERTIFICATE");
  private static final Pattern KEY = form("PRIVATE KEY");

  private PemReader() {}

  private static Pattern form(String label) {
    return Pattern.compile(
        "-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label + "-----");
  }

  static List<X509Certificate> certificates(Path file) {
    List<X509Certificate> result = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : blocks(file, CERTIFICATE)) {
        result.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (GeneralSecurityException e) {
      throw unreadable(file, "a certificate in PEM form", e);
    }
    if (result.isEmpty()) {
      throw unreadable(file, "a certificate in PEM form", null);
    }
    return result;
  }

  static PrivateKey key(Path file) {
    List<byte[]> blocks = blocks(file, KEY);
    if (blocks.size() != 1) {
      throw unreadable(file, "one private key in PEM form (PKCS #8)", null);
    }
    var encoded = new PKCS8EncodedKeySpec(blocks.get(0));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(encoded);
    } catch (GeneralSecurityException e) {
      throw unreadable(file, "an EC private key", e);
    }
  }

  /** Refuses a key that does not belong to the certificate. */
  static void checkPair(TlsFiles files, X509Certificate certificate, PrivateKey key) {
    byte[] text = "tributary".getBytes(StandardCharsets.US_ASCII);
    boolean match;
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      match = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw unreadable(files.certificate(), "a certificate for an EC key", e);
    }
    if (!match) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "tls.key",
          files.key(),
          "the key of " + files.certificate(),
          "Use the pair that belongs together.");
    }
  }

  private static List<byte[]> blocks(Path file, Pattern form) {
    List<byte[]> result = new ArrayList<>();
    try {
      Matcher matcher = form.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      while (matcher.find()) {
        result.add(Base64.getMimeDecoder().decode(matcher.group(1)));
      }
      return result;
    } catch (NoSuchFileException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "tls file: " + file + " does not exist (expected: a PEM file). Check the path.",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, "a PEM file", e);
    }
  }

  private static FederationException unreadable(
      Path file, String rule, @org.jspecify.annotations.Nullable Exception cause) {
    String message =
        "tls file: " + file + " can't be read (expected: " + rule + "). Check the file.";
    return cause == null
        ? new FederationException(ErrorKind.INVALID_CONFIG, message)
        : new FederationException(ErrorKind.INVALID_CONFIG, message, cause);
  }
}
