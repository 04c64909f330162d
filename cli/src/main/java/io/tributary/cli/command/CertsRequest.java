package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.json.JsonValue;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "request",
    description = {
      "Makes a key at a site and a request that whoever runs the authority signs.",
      "The key never leaves the site."
    },
    footer = {
      "",
      "Example:",
      "  tributary certs request node/hospital-a --federation acme-health --into tls"
    })
final class CertsRequest extends BaseCommand {
  @Parameters(index = "0", paramLabel = "ROLE/NAME", description = "Such as node/hospital-a.")
  String name = "";

  @Option(
      names = "--federation",
      required = true,
      paramLabel = "NAME",
      description = "Name of the federation to join.")
  String federation = "";

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Folder for key and request (default: the current one).")
  Path into = Path.of(".");

  CertsRequest(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    PeerName peer = CertsSupport.peer(new FederationName(federation), name);
    CertificateFolder.PeerFiles files = CertificateFolder.files(resolve(into), peer);
    String certificate = files.certificate().getFileName().toString();
    Path request =
        files.certificate().resolveSibling(certificate.replaceAll("\\.pem$", ".request"));
    CertificateFolder.request(peer, request, files.key(), CertsSupport.random());
    console.line(shown(request) + ": send it to whoever runs the authority");
    console.line(shown(files.key()) + ": the key, which stays here");
    console.line(
        "they sign it with: tributary certs sign " + request.getFileName() + " --as " + name);
    console.json(
        JsonValue.object()
            .put("name", peer.shortName())
            .put("request", request.toString())
            .put("key", files.key().toString())
            .build());
    return 0;
  }
}
