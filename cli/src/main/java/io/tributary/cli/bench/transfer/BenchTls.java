package io.tributary.cli.bench.transfer;

import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The certificates of a bench's folder, the same for its own programs and the product's ends. */
record BenchTls(Path folder) {
  static final FederationName FEDERATION = new FederationName("bench");
  static final PeerName COORDINATOR = new PeerName(FEDERATION, Role.COORDINATOR, "main");

  /** Names of so many sites. */
  static List<String> sites(int count) {
    return IntStream.range(0, count).mapToObj(BenchTls::site).toList();
  }

  static String site(int index) {
    return "site-" + (index + 1);
  }

  void issue(int sites) {
    LoopbackCertificates.issue(
        FEDERATION, folder.resolve("authority"), folder.resolve("tls"), sites(sites));
  }

  TlsMaterial coordinator() {
    return read("coordinator");
  }

  TlsMaterial ofSite(String name) {
    return read(name);
  }

  private TlsMaterial read(String name) {
    Path tls = folder.resolve("tls");
    return TlsMaterial.read(
        new TlsFiles(
            tls.resolve(name + ".pem"),
            tls.resolve(name + ".key"),
            folder.resolve("authority").resolve("ca.pem")));
  }
}
