package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.IssuedCertificate;
import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.PeerName;
import io.tributary.federation.TimeSpan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "issue",
    description =
        "Makes a key and a certificate for a coordinator, an operator or a node of the own house.",
    footer = {
      "",
      "Examples:",
      "  tributary certs issue coordinator/main --host fed.acme.example --into coordinator",
      "  tributary certs issue node/hospital-a --into hospital-a"
    })
final class CertsIssue extends BaseCommand {
  @Parameters(
      index = "0",
      paramLabel = "ROLE/NAME",
      description = "Whom it names: coordinator/main, operator/alice, node/hospital-a.")
  String name = "";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "A DNS name or address nodes connect to; only for a coordinator, repeatable.")
  List<String> hosts = new ArrayList<>();

  @Option(
      names = "--ca",
      paramLabel = "DIR",
      defaultValue = "certs",
      description = "Folder of the authority (default: ${DEFAULT-VALUE}).")
  Path authority = Path.of("certs");

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Folder for certificate and key (default: the current one).")
  Path into = Path.of(".");

  @Option(
      names = "--validity",
      paramLabel = "SPAN",
      defaultValue = "365d",
      description = "How long it is valid (default: ${DEFAULT-VALUE}).")
  String validity = "365d";

  CertsIssue(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    CertificateFolder folder = CertsSupport.open(resolve(authority));
    PeerName peer = CertsSupport.peer(folder.authority().federation(), name);
    CertificateFolder.PeerFiles files = CertificateFolder.files(resolve(into), peer);
    IssuedCertificate issued =
        folder.issue(new CertificateOrder(peer, hosts, TimeSpan.parse(validity)), files);
    console.line(
        shown(files.certificate())
            + ": "
            + peer.shortName()
            + ", serial "
            + issued.serial()
            + ", valid until "
            + CertsSupport.day(issued.notAfter()));
    console.line(shown(files.key()) + ": its key, to be kept secret");
    console.json(CertsSupport.json(issued, files.certificate()));
    return 0;
  }
}
