package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.DatasetCards;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.LabelSurvey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "inspect",
    description = "Shows the dataset card of labelled examples: counts by label and a digest.",
    footer = {"", "Example:", "  tributary data inspect reports.csv --text findings --label code"})
final class DataInspectCommand extends BaseCommand {
  @Mixin SourceOptions source = new SourceOptions();

  DataInspectCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    DatasetSpec spec = DatasetSpec.heldOut(source.source(surroundings()));
    DatasetCard card = DatasetCards.of(spec, LabelSurvey.of(spec));
    Table table = Table.of("label", ">examples", ">share");
    card.perLabel()
        .forEach(
            (label, count) ->
                table.row(
                    label,
                    Figures.count(count),
                    Figures.percent(count / (double) Math.max(1, card.train()))));
    console.lines(table.render(console.style()));
    console.line("");
    console.line(Figures.count(card.train()) + " examples, " + card.labels().size() + " labels");
    console.line("content " + card.content());
    console.json(card.toJson());
    return 0;
  }
}
