package io.tributary.cli.demo;

import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Style;
import io.tributary.cli.output.Table;
import io.tributary.cli.view.Evaluation;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a demonstration ends with.
 *
 * @param export folder of the exported model
 */
record DemoReport(
    DemoSettings settings, RunStatus run, List<SiteResult> sites, double seconds, String export) {
  /**
   * One site.
   *
   * @param examples that it trains on
   * @param alone figures of its own model; empty in the quick form
   */
  record SiteResult(String node, long examples, Optional<Evaluation> alone) {}

  DemoReport {
    sites = List.copyOf(sites);
  }

  /** The table that shows what federation bought. */
  List<String> table(Style style) {
    Table table = Table.of("model", "accuracy (95 %)", ">macro-F1", ">held-out loss");
    for (RoundStatus round : run.rounds()) {
      if (round.round() == 0) {
        row(table, "untouched base (round 0)", round.evaluation());
      }
    }
    for (SiteResult site : sites) {
      if (site.alone().isPresent()) {
        String name = site.node() + " alone, " + Figures.count(site.examples()) + " examples";
        row(table, name, site.alone());
      }
    }
    for (RoundStatus round : run.rounds()) {
      if (round.round() > 0) {
        row(table, "federated, round " + round.round(), round.evaluation());
      }
    }
    List<String> lines = new ArrayList<>(table.render(style));
    bought()
        .ifPresent(
            sentence -> {
              lines.add("");
              lines.add(style.bold(sentence));
            });
    return lines;
  }

  private static void row(Table table, String name, Optional<Evaluation> figures) {
    figures.ifPresent(
        f ->
            table.row(
                name, f.accuracyText(), Figures.fixed(f.macroF1(), 3), Figures.fixed(f.loss(), 3)));
  }

  private Optional<String> bought() {
    var best =
        sites.stream()
            .flatMap(site -> site.alone().stream())
            .mapToDouble(Evaluation::accuracy)
            .max();
    Optional<Evaluation> last = run.newest().flatMap(RoundStatus::evaluation);
    if (best.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    double points = (last.get().accuracy() - best.getAsDouble()) * 100;
    return Optional.of(
        "Training together bought "
            + Figures.fixed(points, 1)
            + " points of accuracy over the best site alone.");
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("seed", settings.seed())
        .put("seconds", Math.round(seconds * 10) / 10.0)
        .put("nodes", settings.nodes())
        .put("rounds", JsonValue.array(run.rounds().stream().map(RoundStatus::summary).toList()))
        .put("sites", JsonValue.array(sites.stream().map(DemoReport::json).toList()))
        .put("finalDigest", run.finalDigest())
        .put("export", export)
        .put("run", run.run())
        .build();
  }

  private static JsonObject json(SiteResult site) {
    JsonValue.ObjectBuilder json =
        JsonValue.object().put("node", site.node()).put("examples", site.examples());
    site.alone()
        .ifPresent(
            f ->
                json.put(
                    "alone",
                    JsonValue.object()
                        .put("accuracy", f.accuracy())
                        .put("macroF1", f.macroF1())
                        .build()));
    return json.build();
  }
}
