package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.data.FileSplit;
import io.tributary.training.data.SourceSpec;
import io.tributary.training.data.SplitPart;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "split",
    description = {
      "Draws parts of a file of labelled examples by percentage; each label keeps its share.",
      "The same seed draws the same parts."
    },
    footer = {
      "",
      "Example:",
      "  tributary data split reports.csv --parts train=80%%,test=20%% --seed 7 --into parts"
    })
final class DataSplitCommand extends BaseCommand {
  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--parts",
      required = true,
      paramLabel = "NAME=SHARE",
      description = "Such as train=80%%,validation=10%%,test=10%%; they sum to 100%%.")
  String parts = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the draw (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description = "Folder for one file a part; files that exist are never overwritten.")
  Path into = Path.of("");

  DataSplitCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    List<SplitPart> wanted = SplitPart.parse(parts);
    SourceSpec spec = source.source(surroundings());
    List<FileSplit.Written> written = FileSplit.stratified(spec, wanted, seed, resolve(into));
    Table table = Table.of("part", ">rows", "file");
    for (FileSplit.Written part : written) {
      table.row(part.name(), Figures.count(part.rows()), shown(part.file()));
    }
    console.lines(table.render(console.style()));
    console.json(
        JsonValue.object()
            .put("seed", seed)
            .put("parts", JsonValue.array(written.stream().map(DataSplitCommand::json).toList()))
            .build());
    return 0;
  }

  private static JsonObject json(FileSplit.Written part) {
    return JsonValue.object()
        .put("name", part.name())
        .put("file", part.file().toString())
        .put("rows", part.rows())
        .build();
  }
}
