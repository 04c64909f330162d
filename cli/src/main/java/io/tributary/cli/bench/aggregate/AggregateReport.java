package io.tributary.cli.bench.aggregate;

import io.tributary.cli.bench.Figure;
import io.tributary.cli.bench.Limit;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what was measured beside its bar. */
final class AggregateReport {
  static final double BAR_RATIO = 0.7;
  static final double BAR_SPREAD_MB = 300;

  private static final String BENCH = "aggregate";
  private static final double MEGA = 1e6;

  private final Console console;
  private final AggregateSettings settings;
  private final List<Measured> figures = new ArrayList<>();

  AggregateReport(Console console, AggregateSettings settings) {
    this.console = console;
    this.settings = settings;
  }

  /** Throughput over the bytes of all updates; whether the bar is met. */
  boolean speed(Map<String, List<Double>> seconds) {
    List<Double> plain = seconds.getOrDefault(AggregateProcess.PLAIN, List.of());
    List<Double> product = seconds.getOrDefault(AggregateProcess.PRODUCT, List.of());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < product.size(); i++) {
      ratios.add(plain.get(i) / product.get(i));
    }
    double megabytes = settings.updates() * (settings.size().bytes() / MEGA);
    double ratio = median(ratios);
    var figure =
        new Figure(
            BENCH,
            name(settings.updates()),
            "throughput",
            megabytes / median(product),
            "MB/s",
            megabytes / median(plain),
            ratios.size());
    console.json(json(figure, ratio));
    figures.add(new Measured(figure, Limit.ratioAtLeast(BAR_RATIO)));
    var byCycle =
        new Figure(BENCH, figure.name(), "throughput, by cycle", ratio, "×", 0, ratios.size());
    figures.add(new Measured(byCycle, Limit.atLeast(BAR_RATIO)));
    console.line(
        String.format(
            Locale.ROOT,
            "%s, %d threads: %.0f MB/s, the plain loop %.0f MB/s; ratio %.2f (median of %d cycles,"
                + " %.2f to %.2f), bar %.2f",
            name(settings.updates()),
            settings.threads(),
            figure.value(),
            figure.against(),
            ratio,
            ratios.size(),
            ratios.stream().mapToDouble(r -> r).min().orElse(0),
            ratios.stream().mapToDouble(r -> r).max().orElse(0),
            BAR_RATIO));
    gate(seconds.getOrDefault(AggregateProcess.GATE, List.of()), megabytes);
    return ratio >= BAR_RATIO;
  }

  private void gate(List<Double> seconds, double megabytes) {
    var figure =
        new Figure(
            BENCH,
            name(settings.updates()),
            "gate",
            megabytes / median(seconds),
            "MB/s",
            0,
            seconds.size());
    console.json(figure.json().build());
    figures.add(Measured.of(figure));
    console.line(
        String.format(
            Locale.ROOT,
            "  gate apart (digest, layout, finite, norm; one pass): %.0f MB/s",
            figure.value()));
  }

  /** The most memory of a process that judged and summed so many updates. */
  void peak(int updates, double bytes) {
    var figure = new Figure(BENCH, name(updates), "VmHWM", bytes / MEGA, "MB", 0, 1);
    console.json(figure.json().build());
    figures.add(Measured.of(figure));
    console.line(
        "  " + name(updates) + ": the process took " + Figures.bytes((long) bytes) + " at most");
  }

  /** Whether memory is flat in the number of updates. */
  boolean memory(Collection<Double> peaks) {
    double most = peaks.stream().mapToDouble(p -> p).max().orElse(0);
    double least = peaks.stream().mapToDouble(p -> p).min().orElse(0);
    double spread = (most - least) / MEGA;
    var figure =
        new Figure(
            BENCH,
            name(settings.spooled()),
            "VmHWM spread",
            spread,
            "MB",
            BAR_SPREAD_MB,
            peaks.size());
    console.json(figure.json().build());
    figures.add(new Measured(figure, Limit.atMost(BAR_SPREAD_MB)));
    console.line(
        String.format(
            Locale.ROOT,
            "  memory from the fewest to the most updates: %.0f MB apart, bar %.0f MB",
            spread,
            BAR_SPREAD_MB));
    return spread <= BAR_SPREAD_MB;
  }

  /** All figures so far beside their bars. */
  List<Measured> figures() {
    return List.copyOf(figures);
  }

  /** As every figure, but its ratio is the median of the cycles' ratios, not that of medians. */
  private static JsonObject json(Figure figure, double ratio) {
    return JsonValue.object()
        .put("bench", figure.bench())
        .put("case", figure.name())
        .put("metric", figure.metric())
        .put("value", rounded(figure.value()))
        .put("unit", figure.unit())
        .put("ratio", rounded(ratio))
        .put("against", rounded(figure.against()))
        .put("samples", figure.samples())
        .build();
  }

  private String name(int updates) {
    return updates + " x " + settings.size();
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
