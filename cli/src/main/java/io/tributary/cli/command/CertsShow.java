package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.IssuedCertificate;
import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Table;
import io.tributary.federation.json.JsonValue;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "show",
    description = "Lists the certificates that an authority has issued.",
    footer = {"", "Example:", "  tributary certs show --ca certs"})
final class CertsShow extends BaseCommand {
  @Option(
      names = "--ca",
      paramLabel = "DIR",
      defaultValue = "certs",
      description = "Folder of the authority (default: ${DEFAULT-VALUE}).")
  Path authority = Path.of("certs");

  CertsShow(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    CertificateFolder folder = CertsSupport.open(resolve(authority));
    List<IssuedCertificate> issued = folder.show();
    Table table = Table.of("name", "serial", "valid from", "until", "state");
    Instant now = CertsSupport.clock().instant();
    for (IssuedCertificate certificate : issued) {
      table.row(
          certificate.name().shortName(),
          certificate.serial(),
          CertsSupport.day(certificate.notBefore()),
          CertsSupport.day(certificate.notAfter()),
          certificate.revoked()
              ? "revoked"
              : certificate.notAfter().isBefore(now) ? "expired" : "valid");
    }
    console.line("federation " + folder.authority().federation());
    console.lines(table.render(console.style()));
    console.json(
        JsonValue.object()
            .put("federation", folder.authority().federation().value())
            .put("certificates", JsonValue.array(issued.stream().map(CertsSupport::json).toList()))
            .build());
    return 0;
  }
}
