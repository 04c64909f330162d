package io.tributary.cli.bench.transfer;

import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.PerformanceBench;
import io.tributary.cli.bench.transfer.TransferEnds.Open;
import io.tributary.cli.bench.transfer.TransferEnds.Took;
import io.tributary.cli.output.Console;
import io.tributary.federation.DataSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves a checkpoint and an update between two processes over mutual TLS on loopback, with the
 * product's own services and stores, alternately with raw TLS streams of the same size.
 */
public final class TransferBench {
  private final TransferSettings settings;
  private final TransferEnds ends;
  private final TransferReport report;
  private final Samples raw = new Samples();
  private final Samples durable = new Samples();
  private final Samples fetch = new Samples();
  private final Samples submit = new Samples();
  private final List<Double> firstBytes = new ArrayList<>();

  private TransferBench(TransferSettings settings, TransferEnds ends, TransferReport report) {
    this.settings = settings;
    this.ends = ends;
    this.report = report;
  }

  /** Runs it and prints the figures; whether all bars were reached. */
  public static boolean run(TransferSettings settings, Console console) {
    return report(settings, console).end();
  }

  private static TransferReport report(TransferSettings settings, Console console) {
    var report = new TransferReport(console, settings);
    try (var ends = TransferEnds.start(settings)) {
      var bench = new TransferBench(settings, ends, report);
      bench.single();
      bench.several();
      report.memory(ends.coordinatorPeakBytes(), ends.nodePeakBytes());
      return report;
    }
  }

  /** As {@code tributary bench all} runs it. */
  public static PerformanceBench usual() {
    return new Usual();
  }

  private static final class Usual implements PerformanceBench {
    private static final DataSize SIZE = DataSize.parse("1GB");
    private static final int CYCLES = 10;
    private static final int WARM_UPS = 3;
    private static final int NODES = 8;

    @Override
    public String name() {
      return "transfer";
    }

    @Override
    public String heading() {
      return "Bulk transfer";
    }

    @Override
    public List<String> explanation() {
      return List.of(
          """
          1 GB fetched and submitted between two processes over mutual TLS on loopback, by the product's own services, stores
          and forces, in turn with two plain programs of the same TLS library: one raw stream, and the same whose receiver
          hashes with SHA-256, writes and forces. `by cycle` is the median of the cycles' ratios.\
          """
              .strip());
    }

    @Override
    public List<Measured> measure(Path folder, Console console) {
      var settings = new TransferSettings(folder, SIZE, CYCLES, WARM_UPS, NODES);
      return report(settings, console.withoutAnswers()).figures();
    }
  }

  private void single() {
    long bytes = settings.size().bytes();
    for (int cycle = -settings.warmUps(); cycle < settings.cycles(); cycle++) {
      Took first = ends.raw(bytes);
      Took second = ends.durable(bytes);
      Open run = ends.open(1, bytes);
      Took fetched = ends.fetch(run, bytes);
      Took submitted = ends.submit(run, bytes);
      ends.end();
      report.cycle(cycle, first, second, fetched, submitted);
      if (cycle == -settings.warmUps()) {
        report.cold(fetched, submitted, first);
      }
      if (cycle >= 0) {
        add(raw, first);
        add(durable, second);
        add(fetch, fetched);
        add(submit, submitted);
      }
    }
    firstByte();
    report.single(raw, durable, fetch, submit, firstBytes);
  }

  /** Nothing is connected before: the time holds TCP, TLS and the first chunk to the disk. */
  private void firstByte() {
    long bytes = Math.min(settings.size().bytes(), 8 << 20);
    for (int cycle = 0; cycle < settings.cycles(); cycle++) {
      Open run = ends.open(1, bytes);
      ends.disconnect();
      firstBytes.add(ends.fetch(run, bytes).firstByte());
      ends.end();
    }
  }

  private void several() {
    long share = settings.size().bytes() / settings.nodes();
    var fetches = new Samples();
    var submits = new Samples();
    for (int cycle = -1; cycle < settings.cycles(); cycle++) {
      Open run = ends.open(settings.nodes(), share);
      Took fetched = ends.fetch(run, share);
      Took submitted = ends.submit(run, share);
      ends.end();
      if (cycle >= 0) {
        add(fetches, fetched);
        add(submits, submitted);
      }
    }
    report.several(share, fetches, submits, fetch, submit);
  }

  private static void add(Samples samples, Took took) {
    samples.add(took.seconds(), took.cpuSeconds());
  }
}
