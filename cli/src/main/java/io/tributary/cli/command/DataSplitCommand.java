package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.simulations.engine.NodeNames;
import io.tributary.simulations.engine.SharedData;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.FileSplit;
import io.tributary.training.data.LabelSurvey;
import io.tributary.training.data.SourceSpec;
import io.tributary.training.data.SplitPart;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "split",
    description = {
      "Draws parts of a file of labelled examples: by percentage, each label keeping its share, or",
      "for nodes as `simulate` divides them. The same seed draws the same parts."
    },
    footer = {
      "",
      "Examples:",
      "  tributary data split reports.csv --parts train=80%%,test=20%% --seed 7 --into parts",
      "  tributary data split reports.csv --nodes 10 --partition dirichlet:0.5 --into sites"
    })
final class DataSplitCommand extends BaseCommand {
  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--parts",
      paramLabel = "NAME=SHARE",
      description = "Such as train=80%%,validation=10%%,test=10%%; they sum to 100%%.")
  Optional<String> parts = Optional.empty();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Divide among so many nodes instead, a file each.")
  Optional<Integer> nodes = Optional.empty();

  @Option(
      names = "--partition",
      paramLabel = "SCHEME",
      defaultValue = "iid",
      description = {
        "How nodes share: iid, dirichlet:BETA, mixtures:BETA, sizes:BETA,",
        "shards:N, classes:N or column:NAME (default: ${DEFAULT-VALUE})."
      })
  String partition = "iid";

  @Option(
      names = "--least",
      paramLabel = "N",
      defaultValue = "10",
      description = "Fewest examples of a node (default: ${DEFAULT-VALUE}).")
  int least = 10;

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
    if (parts.isPresent() == nodes.isPresent()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "data split",
          parts.isPresent() ? "--parts and --nodes" : "neither --parts nor --nodes",
          "one of them",
          "See --help.");
    }
    SourceSpec spec = source.source(surroundings());
    List<FileSplit.Written> written =
        parts.isPresent()
            ? FileSplit.stratified(spec, SplitPart.parse(parts.get()), seed, resolve(into))
            : divided(spec, nodes.get());
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

  private List<FileSplit.Written> divided(SourceSpec spec, int count) {
    if (!spec.format().hasColumns()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          source.file,
          spec.format().token(),
          "a file of rows: pictures stay together in their file",
          "Let `simulate` divide them.");
    }
    Scheme scheme = Scheme.parse(partition);
    DatasetSpec dataset = DatasetSpec.ofTraining(spec);
    SharedData data = SharedData.load(dataset, LabelSurvey.of(dataset), scheme);
    Partition owners = Partitioner.divide(data.subjects(), scheme, count, least, seed);
    return data.write(owners, NodeNames.of(count), resolve(into));
  }

  private static JsonObject json(FileSplit.Written part) {
    return JsonValue.object()
        .put("name", part.name())
        .put("file", part.file().toString())
        .put("rows", part.rows())
        .build();
  }
}
