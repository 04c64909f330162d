package io.tributary.cli.command;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.Surroundings;
import io.tributary.cli.check.CoordinatorCheck;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.output.Console;
import io.tributary.coordinator.check.StateCheck;
import io.tributary.coordinator.check.StateFinding;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.federation.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = {
      "Checks what a coordinator needs, each line with its fix: configuration, certificate,",
      "revocations, state, ports, held-out data, device. With --state it verifies a state folder:",
      "journal, digests, updates with a receipt. Exit code 1 when one failed."
    },
    footer = {
      "",
      "Examples:",
      "  tributary coordinator check --config coordinator.yaml",
      "  tributary coordinator check --state /var/lib/tributary"
    })
final class CoordinatorCheckCommand extends BaseCommand {
  /** What is looked at. */
  static final class Subject {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The coordinator's configuration, a YAML file.")
    @Nullable Path config;

    @Option(
        names = "--state",
        paramLabel = "DIR",
        description = "A state folder, also of a running coordinator; nothing in it is changed.")
    @Nullable Path state;
  }

  @ArgGroup(multiplicity = "1")
  Subject subject = new Subject();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value put over the file's; repeatable.")
  List<String> settings = new ArrayList<>();

  CoordinatorCheckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    if (subject.state != null) {
      return checkState(existing(subject.state), console);
    }
    Path config = requireNonNull(subject.config, "config");
    Overrides overrides = Overrides.of("coordinator", settings, surroundings().environment());
    CoordinatorConfig read =
        ConfigFile.read(resolve(config), overrides).as(CoordinatorConfig::read);
    return Findings.print(
        CoordinatorCheck.run(read, CertsSupport.clock().instant(), CoordinatorRun::worker),
        console);
  }

  private static int checkState(Path state, Console console) {
    List<StateFinding> findings = StateCheck.run(state);
    findings.forEach(finding -> console.line(finding.line()));
    boolean failed = findings.stream().anyMatch(StateFinding::isFailed);
    console.json(
        JsonValue.object()
            .put("ok", !failed)
            .put("findings", JsonValue.array(findings.stream().map(StateFinding::toJson).toList()))
            .build());
    return failed ? 1 : 0;
  }
}
