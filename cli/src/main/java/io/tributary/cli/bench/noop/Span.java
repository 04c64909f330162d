package io.tributary.cli.bench.noop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Something that a process waited for.
 *
 * @param what {@code force}, {@code folder} or {@code journal}; several at once as {@code
 *     forces:N}, {@code folders:N}
 * @param startMicros since 1970, by the machine's clock
 */
public record Span(String what, long startMicros, long micros, String where) {
  String line() {
    return what + " " + startMicros + " " + micros + " " + where;
  }

  /** Reads what {@link #line} wrote. */
  public static Span parse(String line) {
    String[] words = line.split(" ", 4);
    return new Span(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
  }

  /** How many forces it stands for. */
  public int count() {
    int colon = what.indexOf(':');
    return colon < 0 ? 1 : Integer.parseInt(what.substring(colon + 1));
  }

  long endMicros() {
    return startMicros + micros;
  }

  /** Time within a window in which at least one of these was going on. */
  public static long unionMicros(List<Span> spans, long fromMicros, long toMicros) {
    long union = 0;
    long covered = fromMicros;
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingLong(Span::startMicros));
    for (Span span : sorted) {
      long from = Math.max(covered, span.startMicros());
      long to = Math.min(toMicros, span.endMicros());
      if (to > from) {
        union += to - from;
        covered = to;
      }
    }
    return union;
  }
}
