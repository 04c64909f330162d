package io.tributary.cli.bench;

import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.federation.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Takes samples of a soak, prints them, and judges the slopes of their second half. */
final class SoakReport {
  private static final String BENCH = "soak";
  private static final double MEGA = 1e6;

  /** A slope that is no leak: a steady part, and a drift that weighs less the longer the soak. */
  private static final double MEMORY_PER_MINUTE = 0.2;

  private static final double MEMORY_DRIFT = 10;
  private static final double COUNT_DRIFT = 2;

  private final Console console;
  private final Path state;
  private final Map<String, Slope> slopes = new LinkedHashMap<>();
  private final Slope roundsDone = new Slope();
  private final List<String> faults = new ArrayList<>();
  private long rounds;
  private long firstRounds = -1;

  SoakReport(Console console, BenchSettings settings) {
    this.console = console;
    this.state = settings.folder().resolve("state");
  }

  void fault(String what) {
    faults.add(what);
  }

  /** Looks at all processes and folders once. */
  void sample(double minute, long done, List<Member> members) {
    rounds = done;
    firstRounds = firstRounds < 0 ? done : firstRounds;
    roundsDone.add(minute, (double) done);
    JsonValue.ObjectBuilder processes = JsonValue.object();
    var line = new StringBuilder();
    for (Member member : members) {
      line.append(process(minute, member.name(), member.pid(), processes));
      for (ProcessHandle worker : member.workers()) {
        line.append(process(minute, member.name() + " worker", worker.pid(), processes));
      }
    }
    JsonValue.ObjectBuilder disk = JsonValue.object();
    sizes()
        .forEach(
            (name, bytes) -> {
              add(minute, name + "|bytes", (double) bytes);
              disk.put(name, bytes);
            });
    console.line(String.format(Locale.ROOT, "%5.0f s  %5d rounds  %s", minute * 60, done, line));
    console.json(
        JsonValue.object()
            .put("bench", BENCH)
            .put("event", "sample")
            .put("seconds", Math.round(minute * 600) / 10.0)
            .put("rounds", done)
            .put("processes", processes.build())
            .put("bytes", disk.build())
            .build());
  }

  private String process(double minute, String name, long pid, JsonValue.ObjectBuilder json) {
    return ProcessSample.of(pid)
        .map(
            sample -> {
              add(minute, name + "|MB", sample.residentBytes() / MEGA);
              add(minute, name + "|handles", (double) sample.handles());
              add(minute, name + "|threads", (double) sample.threads());
              json.put(
                  name,
                  JsonValue.object()
                      .put("pid", pid)
                      .put("residentBytes", sample.residentBytes())
                      .put("handles", sample.handles())
                      .put("threads", sample.threads())
                      .build());
              return String.format(
                  Locale.ROOT,
                  "%s %.0f MB %d h %d t; ",
                  name.replace(" worker", "+w"),
                  sample.residentBytes() / MEGA,
                  sample.handles(),
                  sample.threads());
            })
        .orElse("");
  }

  private void add(double minute, String key, double value) {
    slopes.computeIfAbsent(key, k -> new Slope()).add(minute, value);
  }

  private Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    Path coordinator = state.resolve("coordinator");
    sizes.put("journal", size(coordinator.resolve("state.db")));
    sizes.put("write-ahead log", size(coordinator.resolve("state.db-wal")));
    sizes.put("artifacts", size(coordinator.resolve("artifacts")));
    sizes.put("spool", size(coordinator.resolve("spool")));
    sizes.put("site-1 cache", size(state.resolve("site-1").resolve("cache")));
    sizes.put("site-1 updates", size(state.resolve("site-1").resolve("updates")));
    sizes.put("site-1 sent.log", size(state.resolve("site-1").resolve("sent.log")));
    return sizes;
  }

  private static long size(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.mapToLong(SoakReport::fileSize).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // not there, or just going away
    }
  }

  private static long fileSize(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints the slopes and the verdict; whether all are flat. */
  boolean end(Duration time) {
    double half = time.toMillis() / 60_000.0 / 2;
    console.line("");
    console.line("slopes over the second half, after " + rounds + " rounds:");
    slopes.forEach(
        (key, slope) -> {
          String[] parts = key.split("\\|", 2);
          if (parts[1].equals("bytes")) {
            bytes(parts[0], slope);
          } else {
            double bar =
                parts[1].equals("MB")
                    ? MEMORY_PER_MINUTE + MEMORY_DRIFT / half
                    : COUNT_DRIFT / half;
            judged(parts[0], parts[1], slope, bar);
          }
        });
    double perSecond = (rounds - firstRounds) / (time.toMillis() / 1000.0);
    print(new Figure(BENCH, "federation", "rounds", perSecond, "1/s", 0, rounds), "");
    faults.forEach(fault -> console.line("FAULT " + fault));
    console.line(faults.isEmpty() ? "flat" : faults.size() + " faults");
    console.json(
        JsonValue.object()
            .put("bench", BENCH)
            .put("verdict", faults.isEmpty() ? "flat" : "faults")
            .put("rounds", rounds)
            .put("faults", JsonValue.array(faults.stream().map(JsonValue::of).toList()))
            .build());
    return faults.isEmpty();
  }

  private void judged(String name, String unit, Slope slope, double bar) {
    double rise = slope.perMinute();
    if (rise > bar) {
      faults.add(
          name
              + ": "
              + Figures.fixed(rise, 2)
              + " "
              + unit
              + " more each minute (expected: at most "
              + Figures.fixed(bar, 2)
              + ")");
    }
    String now = ", now " + Figures.fixed(slope.last(), 0);
    print(new Figure(BENCH, name, unit, rise, unit + "/min", bar, slope.samples()), now);
  }

  /** Journal and artifacts grow by design; what must not grow is the spool and kept updates. */
  private void bytes(String name, Slope slope) {
    double pace = roundsDone.perMinute();
    double perRound = pace > 0 ? slope.perMinute() / pace : 0;
    boolean passing = name.equals("spool") || name.equals("site-1 updates");
    if (passing && slope.perMinute() > MEGA / 10) {
      faults.add(name + ": grows by " + Figures.bytes((long) slope.perMinute()) + " each minute");
    }
    print(
        new Figure(BENCH, name, "bytes", perRound, "B/round", 0, slope.samples()),
        ", now " + Figures.bytes((long) slope.last()));
  }

  private void print(Figure figure, String now) {
    String bar = figure.against() == 0 ? "" : ", bar " + Figures.fixed(figure.against(), 2);
    console.line(
        String.format(
            Locale.ROOT,
            "  %-22s %-8s %10.2f %s%s%s",
            figure.name(),
            figure.metric(),
            figure.value(),
            figure.unit(),
            bar,
            now));
    console.json(figure.json().build());
  }
}
