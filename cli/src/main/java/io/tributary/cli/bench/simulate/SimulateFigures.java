package io.tributary.cli.bench.simulate;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;

/**
 * What one simulation took.
 *
 * @param clientsPerSecond median of rounds that are warm
 * @param lateClientsPerSecond median of the last third of them, when the compiler has done most of
 *     its work
 * @param slowest client-rounds a second of the slowest warm round
 * @param fastest of the fastest one
 * @param rounds that were counted
 * @param firstRoundSeconds from its opening to its commit
 * @param wallSeconds of the process
 * @param processorSeconds of the process
 * @param steadyMicros of processor time that a client-round of the last third of the rounds took,
 *     all threads, collector and compiler included
 * @param heapBytesPerRound that the live heap grew by between a third of the rounds and the end
 * @param peakMegabytes of memory that the process has had in use (VmHWM); 0 without {@code /proc}
 */
record SimulateFigures(
    double clientsPerSecond,
    double lateClientsPerSecond,
    double slowest,
    double fastest,
    int rounds,
    double firstRoundSeconds,
    double wallSeconds,
    double processorSeconds,
    double steadyMicros,
    double heapBytesPerRound,
    double peakMegabytes) {
  JsonObject toJson() {
    return JsonValue.object()
        .put("clients-per-second", clientsPerSecond)
        .put("late-clients-per-second", lateClientsPerSecond)
        .put("slowest", slowest)
        .put("fastest", fastest)
        .put("rounds", rounds)
        .put("first-round-seconds", firstRoundSeconds)
        .put("wall-seconds", wallSeconds)
        .put("processor-seconds", processorSeconds)
        .put("steady-micros", steadyMicros)
        .put("heap-bytes-per-round", heapBytesPerRound)
        .put("peak-megabytes", peakMegabytes)
        .build();
  }

  static SimulateFigures parse(String text) {
    Settings settings = Settings.of("figures", JsonReader.read(text));
    return new SimulateFigures(
        number(settings, "clients-per-second"),
        number(settings, "late-clients-per-second"),
        number(settings, "slowest"),
        number(settings, "fastest"),
        (int) settings.integer("rounds", 0, Integer.MAX_VALUE),
        number(settings, "first-round-seconds"),
        number(settings, "wall-seconds"),
        number(settings, "processor-seconds"),
        number(settings, "steady-micros"),
        number(settings, "heap-bytes-per-round"),
        number(settings, "peak-megabytes"));
  }

  private static double number(Settings settings, String key) {
    return settings
        .optionalNumber(key, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)
        .orElseThrow();
  }
}
