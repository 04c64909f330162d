package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.FederationName;
import io.tributary.federation.json.JsonValue;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "init",
    description = "Makes the certificate authority of a new federation.",
    footer = {"", "Example:", "  tributary certs init --federation acme-health --into certs"})
final class CertsInit extends BaseCommand {
  @Option(
      names = "--federation",
      required = true,
      paramLabel = "NAME",
      description = "Name of the federation: a-z, 0-9 and -.")
  String federation = "";

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = "certs",
      description = "Folder of the authority (default: ${DEFAULT-VALUE}).")
  Path into = Path.of("certs");

  CertsInit(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    CertificateFolder folder =
        CertificateFolder.init(
            resolve(into),
            new FederationName(federation),
            CertsSupport.clock(),
            CertsSupport.random());
    console.line("authority of " + federation + " made in " + into);
    console.line("  " + into.resolve("ca.key") + " signs certificates: keep it secret");
    console.line("  " + into.resolve("ca.pem") + " is what every coordinator and node trusts");
    console.line("next: tributary certs issue coordinator/main --host localhost --ca " + into);
    console.json(
        JsonValue.object()
            .put("federation", federation)
            .put("trust", folder.trust().toString())
            .put("revoked", folder.revocations().toString())
            .build());
    return 0;
  }
}
