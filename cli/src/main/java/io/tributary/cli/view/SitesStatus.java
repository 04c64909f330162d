package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a round's checkpoint did at the sites, each on its own validation part.
 *
 * @param together figures of all their examples; empty where no site has told its sums
 * @param sites all that were asked, by name
 * @param worst name of the site where it does worst by the plan's metric; empty where none has told
 */
public record SitesStatus(Optional<Evaluation> together, List<Site> sites, String worst) {
  /**
   * One site.
   *
   * @param examples 0 where it has told nothing
   * @param metrics those that the plan shows
   * @param reason why there is no figure
   */
  public record Site(String node, long examples, SortedMap<String, Double> metrics, String reason) {
    public Site {
      metrics = new TreeMap<>(metrics);
    }

    /** A metric's value; NaN where there is none. */
    public double value(Metric metric) {
      return metrics.getOrDefault(metric.token(), Double.NaN);
    }

    private String text(Metric metric) {
      double value = value(metric);
      return Double.isNaN(value) ? "–" : Figures.fixed(value, 3);
    }
  }

  public SitesStatus {
    sites = List.copyOf(sites);
  }

  /** The worst site. */
  public Optional<Site> worstSite() {
    return sites.stream().filter(site -> site.node().equals(worst)).findFirst();
  }

  /** {@code 0.612 (2 of 3 sites)}; a dash where there is none. */
  String text(Metric metric) {
    long told = sites.stream().filter(site -> site.examples() > 0).count();
    return together.map(figures -> Figures.fixed(figures.value(metric), 3)).orElse("–")
        + (told == sites.size() ? "" : " (" + told + " of " + sites.size() + " sites)");
  }

  /** {@code 0.541 hospital-b}; a dash where there is none. */
  String worstText(Metric metric) {
    return worstSite().map(site -> site.text(metric) + " " + site.node()).orElse("–");
  }

  /** One line a site, the worst marked. */
  public Table table(List<Metric> shown) {
    List<String> heads = new ArrayList<>(List.of("site", ">examples"));
    shown.forEach(metric -> heads.add(">" + siteName(metric)));
    heads.add("");
    Table table = Table.of(heads.toArray(String[]::new));
    rows(shown).forEach(row -> table.row(row.toArray(String[]::new)));
    return table;
  }

  /** The cells of {@link #table}. */
  public List<List<String>> rows(List<Metric> shown) {
    List<List<String>> rows = new ArrayList<>();
    for (Site site : sites) {
      List<String> row = new ArrayList<>(List.of(site.node(), Figures.count(site.examples())));
      shown.forEach(metric -> row.add(site.text(metric)));
      row.add(site.node().equals(worst) && sites.size() > 1 ? "worst" : site.reason());
      rows.add(row);
    }
    return rows;
  }

  /** What a metric is called where its examples are sites'. */
  public static String siteName(Metric metric) {
    return metric == Metric.LOSS ? "loss" : RunScreen.name(metric);
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("together", together.<JsonValue>map(Evaluation::toJson).orElseGet(JsonNull::new))
        .put("worst", worst)
        .put("sites", JsonValue.array(sites.stream().map(SitesStatus::json).toList()))
        .build();
  }

  private static JsonObject json(Site site) {
    var metrics = JsonValue.object();
    site.metrics().forEach((name, value) -> metrics.put(name, Numbers.json(value)));
    return JsonValue.object()
        .put("node", site.node())
        .put("examples", site.examples())
        .put("metrics", metrics.build())
        .put("reason", site.reason())
        .build();
  }
}
