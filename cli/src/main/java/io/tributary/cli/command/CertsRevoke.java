package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.IssuedCertificate;
import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "revoke",
    description = {
      "Revokes the certificates of a peer, or one certificate by its serial.",
      "A coordinator that reads the list ends the peer's calls within a second."
    },
    footer = {"", "Example:", "  tributary certs revoke node/hospital-a --ca certs"})
final class CertsRevoke extends BaseCommand {
  @Parameters(
      index = "0",
      paramLabel = "ROLE/NAME|SERIAL",
      description = "A name or a serial, as certs show lists them.")
  String whom = "";

  @Option(
      names = "--ca",
      paramLabel = "DIR",
      defaultValue = "certs",
      description = "Folder of the authority (default: ${DEFAULT-VALUE}).")
  Path authority = Path.of("certs");

  CertsRevoke(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    CertificateFolder folder = CertsSupport.open(resolve(authority));
    List<IssuedCertificate> revoked =
        whom.contains("/")
            ? folder.revoke(CertsSupport.peer(folder.authority().federation(), whom))
            : List.of(folder.revoke(whom));
    for (IssuedCertificate certificate : revoked) {
      console.line(
          "revoked: " + certificate.name().shortName() + ", serial " + certificate.serial());
    }
    console.line("the list is " + shown(folder.revocations()) + ": copy it to the coordinator");
    console.json(
        JsonValue.object()
            .put("revoked", JsonValue.array(revoked.stream().map(CertsSupport::json).toList()))
            .put("list", folder.revocations().toString())
            .build());
    return 0;
  }
}
