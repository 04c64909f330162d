package io.tributary.cli.bench.train;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.finetune.TrainCase;
import io.tributary.training.finetune.TrainCases;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code bench train} measures.
 *
 * @param cases by name
 * @param threads of torch
 * @param steps measured ones of a repetition
 * @param repeats how often each case is measured, in turns with the other program
 * @param rounds of {@link #ROUNDS}
 * @param against words of a command to which case and threads are added and whose last line is JSON
 *     with {@code ms_median} and {@code peak_rss_mb}; empty: none
 */
public record TrainSettings(
    List<String> cases, int threads, int steps, int repeats, int rounds, List<String> against) {
  /** From the engine's start to the end of the first step of a 90 MB model. */
  public static final String FIRST_STEP = "load-to-first-step";

  /** Resident memory over many rounds of load, five steps and read-out. */
  public static final String ROUNDS = "rounds-of-load";

  public TrainSettings {
    cases = List.copyOf(cases);
    against = List.copyOf(against);
    for (String name : cases) {
      if (!names().contains(name)) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "case",
            name,
            String.join(", ", names()),
            "Choose some of them.");
      }
    }
    if (threads < 1 || steps < 1 || repeats < 1 || rounds < 2) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--threads, --steps, --repeats, --rounds",
          threads + ", " + steps + ", " + repeats + ", " + rounds,
          "1 or more, 2 or more rounds",
          "Correct them.");
    }
  }

  /** The names of all cases. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(TrainCases.all().stream().map(TrainCase::name).toList());
    names.add(FIRST_STEP);
    names.add(ROUNDS);
    return names;
  }
}
