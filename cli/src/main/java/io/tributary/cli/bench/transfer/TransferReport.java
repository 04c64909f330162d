package io.tributary.cli.bench.transfer;

import io.tributary.cli.bench.Figure;
import io.tributary.cli.bench.Limit;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.transfer.TransferEnds.Took;
import io.tributary.cli.output.Console;
import io.tributary.transport.WireEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints each cycle and, in the end, every figure beside its limit and bar. */
final class TransferReport {
  private static final String BENCH = "transfer";
  private static final double OF_RAW = 0.70;
  private static final double OF_DURABLE = 0.90;

  private final Console console;
  private final TransferSettings settings;
  private final double megabytes;
  private final List<String> missed = new ArrayList<>();
  private final List<Measured> figures = new ArrayList<>();

  TransferReport(Console console, TransferSettings settings) {
    this.console = console;
    this.settings = settings;
    this.megabytes = settings.size().bytes() / 1e6;
    console.line(settings.size() + " each way, " + WireEngine.describe());
    console.line(
        String.format(
            Locale.ROOT,
            "%6s %10s %12s %10s %10s",
            "cycle",
            "raw",
            "raw durable",
            "fetch",
            "submit"));
  }

  void cycle(int cycle, Took raw, Took durable, Took fetch, Took submit) {
    console.line(
        String.format(
            Locale.ROOT,
            "%6s %10.0f %12.0f %10.0f %10.0f  MB/s",
            cycle < 0 ? "warm" : String.valueOf(cycle + 1),
            megabytes / raw.seconds(),
            megabytes / durable.seconds(),
            megabytes / fetch.seconds(),
            megabytes / submit.seconds()));
  }

  /** The very first transfers of all processes: connections, class loading, compilation. */
  void cold(Took fetch, Took submit, Took raw) {
    plain("cold", "fetch, first of the process", megabytes / fetch.seconds(), "MB/s", raw(raw), 1);
    plain(
        "cold", "submit, first of the process", megabytes / submit.seconds(), "MB/s", raw(raw), 1);
  }

  private double raw(Took raw) {
    return megabytes / raw.seconds();
  }

  void single(
      Samples raw, Samples durable, Samples fetch, Samples submit, List<Double> firstBytes) {
    console.line("");
    rate("raw", raw);
    rate("raw durable", durable);
    rate("fetch", fetch);
    rate("submit", submit);
    against("fetch", fetch, "one raw TLS stream", raw, OF_RAW);
    against("submit", submit, "one raw TLS stream", raw, OF_RAW);
    against("fetch", fetch, "the same with SHA-256, write, force", durable, OF_DURABLE);
    against("submit", submit, "the same with SHA-256, write, force", durable, OF_DURABLE);
    against("raw durable", durable, "one raw TLS stream", raw, 0);
    plain(
        "fetch",
        "nothing connected to first byte",
        Samples.median(firstBytes) * 1e3,
        "ms",
        0,
        firstBytes.size());
  }

  private void rate(String name, Samples samples) {
    plain(name, "throughput", megabytes / samples.seconds(), "MB/s", 0, samples.count());
    plain(name, "slowest cycle", megabytes / samples.slowest(), "MB/s", 0, samples.count());
    plain(name, "fastest cycle", megabytes / samples.fastest(), "MB/s", 0, samples.count());
    plain(
        name,
        "processor time, both ends",
        samples.cpuSeconds() / megabytes * 1e3,
        "s/GB",
        0,
        samples.count());
  }

  /** Medians against medians, and the median of what each cycle gave; both must reach the bar. */
  private void against(String name, Samples ours, String limit, Samples other, double bar) {
    double ofMedians = other.seconds() / ours.seconds();
    double byCycle = ours.ratioByCycle(other);
    boolean reached = Math.min(ofMedians, byCycle) >= bar;
    if (!reached) {
      missed.add(name + " against " + limit);
    }
    console.line(
        String.format(
            Locale.ROOT,
            "%-12s %-44s %5.1f %% of medians, %5.1f %% by cycle%s",
            name,
            "against " + limit,
            100 * ofMedians,
            100 * byCycle,
            bar == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "  (bar %.0f %%: %s)",
                    100 * bar,
                    reached ? "reached" : "MISSED")));
    var figure =
        new Figure(
            BENCH,
            name,
            "against " + limit,
            megabytes / ours.seconds(),
            "MB/s",
            megabytes / other.seconds(),
            ours.count());
    console.json(figure.json().put("ratioByCycle", byCycle).put("bar", bar).build());
    figures.add(new Measured(figure, bar == 0 ? Limit.none() : Limit.ratioAtLeast(bar)));
    figures.add(
        new Measured(
            new Figure(
                BENCH, name, "against " + limit + ", by cycle", byCycle, "×", 0, ours.count()),
            bar == 0 ? Limit.none() : Limit.atLeast(bar)));
  }

  void several(long share, Samples fetches, Samples submits, Samples fetch, Samples submit) {
    sum("fetch", share, fetches, fetch);
    sum("submit", share, submits, submit);
  }

  private void sum(String name, long share, Samples all, Samples one) {
    double total = share * (double) settings.nodes() / 1e6;
    double rate = total / all.seconds();
    double single = megabytes / one.seconds();
    if (settings.nodes() > 1 && rate < single) {
      missed.add(name + " by " + settings.nodes() + " nodes against one");
    }
    tell(
        new Figure(
            BENCH,
            name + ", " + settings.nodes() + " nodes at once",
            "sum of throughputs",
            rate,
            "MB/s",
            single,
            all.count()),
        settings.nodes() > 1 ? Limit.ratioAtLeast(1) : Limit.none());
  }

  void memory(long coordinator, long node) {
    plain("coordinator", "most resident memory", coordinator / 1e6, "MB", 0, 1);
    plain("node", "most resident memory", node / 1e6, "MB", 0, 1);
  }

  private void plain(
      String name, String metric, double value, String unit, double against, int samples) {
    tell(new Figure(BENCH, name, metric, value, unit, against, samples), Limit.none());
  }

  private void tell(Figure figure, Limit limit) {
    double value = figure.value();
    double against = figure.against();
    String held =
        against == 0
            ? ""
            : String.format(Locale.ROOT, "  %.0f %% of %.0f", 100 * value / against, against);
    console.line(
        String.format(
            Locale.ROOT,
            "%-24s %-34s %10.2f %s%s",
            figure.name(),
            figure.metric(),
            value,
            figure.unit(),
            held));
    console.json(figure.json().build());
    figures.add(new Measured(figure, limit));
  }

  /** All figures so far beside their bars. */
  List<Measured> figures() {
    return List.copyOf(figures);
  }

  /** Whether every bar was reached. */
  boolean end() {
    missed.forEach(what -> console.line("missed: " + what));
    return missed.isEmpty();
  }
}
