package io.tributary.certs;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes PEM files (RFC 7468). Writing is durable: a temporary file is forced, renamed
 * and its folder forced. Keys get the permissions 0600 before their first byte and never replace a
 * file.
 */
public final class PemFiles {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
  private static final String REVOKED = "X509 CRL";
  private static final String REQUEST = "CERTIFICATE REQUEST";
  private static final int LINE = 64;

  private PemFiles() {}

  /** Writes a PKCS #8 key; refuses (ALREADY_EXISTS) when the file is there. */
  public static void writeKey(Path file, PrivateKey key) {
    write(file, pem(KEY, key.getEncoded()), true, false);
  }

  /** Writes a certificate; refuses (ALREADY_EXISTS) when the file is there. */
  public static void writeCertificate(Path file, X509Certificate certificate) {
    try {
      write(file, pem(CERTIFICATE, certificate.getEncoded()), false, false);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate has bytes", e);
    }
  }

  /** Writes a revocation list, in the place of the one before. */
  public static void writeRevocations(Path file, X509CRL list) {
    try {
      write(file, pem(REVOKED, list.getEncoded()), false, true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a revocation list has bytes", e);
    }
  }

  /** Writes a certificate request; refuses (ALREADY_EXISTS) when the file is there. */
  public static void writeRequest(Path file, CertificateRequest request) {
    write(file, pem(REQUEST, request.encoded()), false, false);
  }

  public static PrivateKey readKey(Path file) {
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(block(file, KEY)));
    } catch (GeneralSecurityException e) {
      throw unreadable(file, "an EC private key (PKCS #8)", e);
    }
  }

  public static X509Certificate readCertificate(Path file) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block(file, CERTIFICATE)));
    } catch (GeneralSecurityException e) {
      throw unreadable(file, "a certificate", e);
    }
  }

  public static X509CRL readRevocations(Path file) {
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509")
              .generateCRL(new ByteArrayInputStream(block(file, REVOKED)));
    } catch (GeneralSecurityException e) {
      throw unreadable(file, "a revocation list", e);
    }
  }

  public static CertificateRequest readRequest(Path file) {
    return CertificateRequest.parse(block(file, REQUEST));
  }

  private static byte[] block(Path file, String label) {
    Pattern form =
        Pattern.compile(
            "-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]*)-----END " + label + "-----");
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII);
      Matcher matcher = form.matcher(text);
      if (!matcher.find()) {
        throw new FederationException(ErrorKind.INVALID_CONFIG, message(file, "a PEM " + label));
      }
      return Base64.getMimeDecoder().decode(matcher.group(1));
    } catch (NoSuchFileException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "file: " + file + " does not exist (expected: a PEM " + label + "). Check the path.",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, "a PEM " + label, e);
    }
  }

  private static FederationException unreadable(Path file, String what, Exception cause) {
    return new FederationException(ErrorKind.INVALID_CONFIG, message(file, what), cause);
  }

  private static String message(Path file, String what) {
    return "file: " + file + " can't be read (expected: " + what + "). Make it anew.";
  }

  private static String pem(String label, byte[] der) {
    String lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  private static void write(Path file, String text, boolean secret, boolean replace) {
    Path target = file.toAbsolutePath();
    Path folder = java.util.Objects.requireNonNull(target.getParent(), "a file has a folder");
    Path temporary = folder.resolve("." + target.getFileName() + ".new");
    try {
      Files.createDirectories(folder);
      if (!replace && Files.exists(target)) {
        throw exists(file, null);
      }
      Files.deleteIfExists(temporary);
      try (var channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              permissions(secret))) {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      if (replace) {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.move(temporary, target);
      }
      force(folder);
    } catch (FileAlreadyExistsException e) {
      throw exists(file, e);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "file: " + file + " can't be written (expected: a writable folder). " + e.getMessage(),
          e);
    }
  }

  private static FederationException exists(
      Path file, @org.jspecify.annotations.Nullable Exception cause) {
    return new FederationException(
        ErrorKind.ALREADY_EXISTS,
        "file: "
            + file
            + " exists (expected: a new file). Keys and certificates are never replaced: move it"
            + " away first.",
        cause == null ? new FileAlreadyExistsException(file.toString()) : cause);
  }

  private static FileAttribute<?>[] permissions(boolean secret) {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(
          PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--"))
    };
  }

  private static void force(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
