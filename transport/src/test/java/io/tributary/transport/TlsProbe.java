package io.tributary.transport;

import io.tributary.certs.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A bare TLS client of the JDK, which would resume a session if the server let it. */
final class TlsProbe {
  private TlsProbe() {}

  /** A context with the client material that lies in the newest peer folder. */
  static SSLContext context(TlsMaterial material, Path folder) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "own",
        PemFiles.readKey(keyFile(material, folder)),
        new char[0],
        new Certificate[] {material.certificate()});
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, new char[0]);
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", material.trust().get(0));
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trust);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static Path keyFile(TlsMaterial material, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pem")).toList()) {
        Path key = file.resolveSibling(file.getFileName().toString().replace(".pem", ".key"));
        if (Files.exists(key) && PemFiles.readCertificate(file).equals(material.certificate())) {
          return key;
        }
      }
    }
    throw new AssertionError("no key of " + material.certificate().getSubjectX500Principal());
  }

  /** Shakes hands and reads the server's first bytes, after which any ticket has arrived. */
  static SSLSession settle(SSLSocket socket) throws IOException {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    socket
        .getOutputStream()
        .write(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
    socket.getOutputStream().flush();
    if (socket.getInputStream().read() < 0) {
      throw new IOException("the server closed the connection");
    }
    return socket.getSession();
  }
}
