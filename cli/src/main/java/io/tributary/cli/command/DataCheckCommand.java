package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.federation.ErrorKind;
import io.tributary.training.data.CleaningSpec;
import io.tributary.training.data.DataCheck;
import io.tributary.training.data.DataCheckReport;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.Finding;
import io.tributary.training.data.LabelSurvey;
import io.tributary.training.data.ValidationSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = {
      "Looks at labelled examples as one should before training on them, and says what to do.",
      "Exit code 4 when they can't be trained on."
    },
    footer = {
      "",
      "Example:",
      "  tributary data check reports.csv --text findings --label code --labels labels.txt"
    })
final class DataCheckCommand extends BaseCommand {
  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The plan's labels, one a line (default: those found in the file).")
  Optional<Path> labels = Optional.empty();

  @Option(
      names = "--validation",
      paramLabel = "FILE",
      description = "A validation file, to look for examples that stand in both.")
  Optional<Path> validation = Optional.empty();

  DataCheckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    ValidationSpec kept =
        validation
            .map(file -> ValidationSpec.ofFile(existing(file)))
            .orElseGet(ValidationSpec::none);
    DatasetSpec spec =
        new DatasetSpec(source.source(surroundings()), kept, CleaningSpec.defaults(), false, true);
    List<String> set =
        labels.map(file -> PlanFile.lines(existing(file))).orElseGet(() -> LabelSurvey.of(spec));
    DataCheckReport report = DataCheck.run(spec, set);
    for (Finding finding : report.findings()) {
      console.line(line(finding, console));
    }
    console.json(report.toJson());
    return report.usable() ? 0 : ErrorKind.INVALID_DATA.exitCode();
  }

  private static String line(Finding finding, Console console) {
    String word = finding.severity().name().toLowerCase(Locale.ROOT);
    String shown =
        switch (finding.severity()) {
          case ERROR -> console.style().red(word);
          case WARNING -> console.style().yellow(word);
          case NOTE -> console.style().dim(word);
        };
    String pad = " ".repeat(9 - word.length());
    return shown
        + pad
        + finding.sentence()
        + (finding.remedy().isEmpty() ? "" : ". " + finding.remedy());
  }
}
