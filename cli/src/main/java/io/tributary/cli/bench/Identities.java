package io.tributary.cli.bench;

import io.tributary.certs.CertificateAuthority;
import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.CertifiedKey;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Keys and certificates of the bench's nodes, one of each for every node, in one file that a later
 * bench in the same folder uses again: a hundred files a second would be forced to the disk else.
 */
final class Identities {
  private static final int MAKERS = 2;

  private Identities() {}

  static String name(int index) {
    return String.format("node-%05d", index + 1);
  }

  /** So many of them; those that the file lacks are made and added to it. */
  static List<CertifiedKey> take(Path authority, Path file, int count) {
    try {
      List<CertifiedKey> all = new ArrayList<>(read(file));
      if (all.size() < count) {
        all.addAll(make(authority, all.size(), count));
        write(file, all);
      }
      return List.copyOf(all.subList(0, count));
    } catch (IOException | GeneralSecurityException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          file + ": can't be used (expected: what this bench wrote). Choose another folder.",
          e);
    }
  }

  private static List<CertifiedKey> make(Path authority, int first, int end) {
    ExecutorService makers = Executors.newFixedThreadPool(MAKERS);
    try {
      List<Future<CertifiedKey>> made = new ArrayList<>();
      // an authority is not safe for several threads at once
      ThreadLocal<CertificateAuthority> own =
          ThreadLocal.withInitial(
              () ->
                  CertificateFolder.open(authority, InstantSource.system(), new SecureRandom())
                      .authority());
      for (int i = first; i < end; i++) {
        var peer = new PeerName(IdleFiles.FEDERATION, Role.NODE, name(i));
        made.add(makers.submit(() -> own.get().issue(CertificateOrder.of(peer))));
      }
      List<CertifiedKey> keys = new ArrayList<>();
      for (Future<CertifiedKey> key : made) {
        keys.add(key.get());
      }
      return keys;
    } catch (InterruptedException | ExecutionException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, "certificates: not made (expected: made). Report it.", e);
    } finally {
      makers.shutdownNow();
    }
  }

  private static void write(Path file, List<CertifiedKey> keys)
      throws IOException, GeneralSecurityException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(keys.size());
      for (CertifiedKey key : keys) {
        block(out, key.key().getEncoded());
        block(out, key.certificate().getEncoded());
      }
    }
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static List<CertifiedKey> read(Path file) throws IOException, GeneralSecurityException {
    List<CertifiedKey> keys = new ArrayList<>();
    if (!Files.exists(file)) {
      return keys;
    }
    KeyFactory factory = KeyFactory.getInstance("EC");
    CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int left = in.readInt(); left > 0; left--) {
        var key = factory.generatePrivate(new PKCS8EncodedKeySpec(block(in)));
        var certificate =
            (X509Certificate) certificates.generateCertificate(new ByteArrayInputStream(block(in)));
        keys.add(new CertifiedKey(certificate, key));
      }
    }
    return keys;
  }

  private static byte[] block(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
