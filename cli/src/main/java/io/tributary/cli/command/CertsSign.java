package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.CertificateRequest;
import io.tributary.certs.IssuedCertificate;
import io.tributary.certs.PemFiles;
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
    name = "sign",
    description =
        "Signs a site's request; the name must be said again, so that no site takes another's.",
    footer = {
      "",
      "Example:",
      "  tributary certs sign hospital-a.request --as node/hospital-a --ca certs"
    })
final class CertsSign extends BaseCommand {
  @Parameters(index = "0", paramLabel = "REQUEST", description = "File made by certs request.")
  Path request = Path.of("");

  @Option(
      names = "--as",
      required = true,
      paramLabel = "ROLE/NAME",
      description = "Whom the request must name.")
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
      description = "Folder for the certificate (default: the current one).")
  Path into = Path.of(".");

  @Option(
      names = "--validity",
      paramLabel = "SPAN",
      defaultValue = "365d",
      description = "How long it is valid (default: ${DEFAULT-VALUE}).")
  String validity = "365d";

  CertsSign(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    CertificateFolder folder = CertsSupport.open(resolve(authority));
    PeerName peer = CertsSupport.peer(folder.authority().federation(), name);
    CertificateRequest wanted = PemFiles.readRequest(existing(request));
    Path file = CertificateFolder.files(resolve(into), peer).certificate();
    IssuedCertificate issued =
        folder.sign(wanted, new CertificateOrder(peer, hosts, TimeSpan.parse(validity)), file);
    console.line(
        shown(file)
            + ": "
            + peer.shortName()
            + ", serial "
            + issued.serial()
            + ", valid until "
            + CertsSupport.day(issued.notAfter()));
    console.line("send it back to the site together with " + shown(folder.trust()));
    console.json(CertsSupport.json(issued, file));
    return 0;
  }
}
