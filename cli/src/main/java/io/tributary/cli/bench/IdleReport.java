package io.tributary.cli.bench;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the figures of the bench of idle nodes beside what each is held to. */
final class IdleReport {
  private static final String BENCH = "idle";

  /* Bars of the project's design: 10,000 idle nodes, 1,000 joins. */
  private static final Limit MEMORY = Limit.atMost(2_000);
  private static final Limit CORE = Limit.atMost(5);
  private static final Limit JOINS = Limit.atMost(10);
  private static final int NODES_OF_BAR = 10_000;
  private static final int JOINS_OF_BAR = 1_000;

  private final IdleSettings settings;
  private final List<Measured> figures = new ArrayList<>();

  IdleReport(IdleSettings settings) {
    this.settings = settings;
  }

  void idle(ProcessCost empty, ProcessCost joined, ProcessCost idle) {
    String name = settings.nodes() + " nodes";
    put(name, "resident memory", megabytes(idle.residentBytes()), "MB", ofAll(MEMORY));
    put(name, "most resident memory", megabytes(idle.peakBytes()), "MB", ofAll(MEMORY));
    put("no nodes", "resident memory", megabytes(empty.residentBytes()), "MB", Limit.none());
    double each = (idle.residentBytes() - empty.residentBytes()) / 1e3 / settings.nodes();
    put(name, "memory for each", each, "kB", Limit.none());
    put(name, "share of a core", 100 * idle.coreShareSince(joined), "%", ofAll(CORE));
    put(name, "threads", (double) idle.threads(), "count", Limit.none());
  }

  /** Fewer nodes than the bar is for keep nothing. */
  private Limit ofAll(Limit bar) {
    return settings.nodes() < NODES_OF_BAR ? Limit.none() : bar;
  }

  private static double megabytes(long bytes) {
    return bytes / 1e6;
  }

  /**
   * A case of joins.
   *
   * @param cpu seconds that the coordinator's process used meanwhile
   */
  void joined(String when, JsonObject answer, double cpu) {
    String name = settings.joins() + " joins, " + when;
    Limit joins = settings.joins() < JOINS_OF_BAR ? Limit.none() : JOINS;
    put(name, "first connect to last Welcome", number(answer, "seconds"), "s", joins);
    put(name, "joined", number(answer, "nodes"), "count", Limit.atLeast(settings.joins()));
    put(name, "coordinator's processor time", cpu, "s", Limit.none());
  }

  void listing(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    figures.add(
        Measured.of(
            new Figure(
                BENCH,
                "list of " + settings.nodes() + " nodes",
                "median",
                median * 1e3,
                "ms",
                0,
                sorted.length)));
  }

  /**
   * The nodes that came back after a kill; times count from the kill.
   *
   * @param serving seconds until the coordinator answered again
   * @param cpu seconds of the coordinator's new process, its start included
   */
  void returned(JsonObject answer, double serving, double cpu) {
    String name = "after a kill";
    put(name, "serving again", serving, "s", Limit.none());
    put(name, "first node back", number(answer, "first"), "s", Limit.none());
    put(name, "half of the nodes back", number(answer, "median"), "s", Limit.none());
    put(name, "last node back", number(answer, "seconds"), "s", Limit.none());
    put(name, "most joins in one second", number(answer, "busiest"), "count", Limit.none());
    put(name, "back", number(answer, "nodes"), "count", Limit.atLeast(number(answer, "total")));
    put(name, "coordinator's processor time", cpu, "s", Limit.none());
  }

  List<Measured> figures() {
    return List.copyOf(figures);
  }

  private void put(String name, String metric, double value, String unit, Limit limit) {
    figures.add(new Measured(new Figure(BENCH, name, metric, value, unit, 0, 1), limit));
  }

  private static double number(JsonObject answer, String key) {
    JsonValue value = answer.find(key).orElseThrow();
    return value instanceof JsonNumber number ? number.value().doubleValue() : Double.NaN;
  }
}
