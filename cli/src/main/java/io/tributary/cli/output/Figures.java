package io.tributary.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them. */
public final class Figures {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Figures() {}

  private static final double LARGEST_FIXED = 1e7;

  /** Bytes with three digits and a decimal unit: {@code 91.2 MB}. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 99.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  /** A share as a percentage with one decimal: {@code 63.5 %}. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** A number with so many decimals; as a power of ten where it would not fit a table. */
  public static String fixed(double value, int decimals) {
    String form = Math.abs(value) < LARGEST_FIXED ? "f" : "e";
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + form, value) : "–";
  }

  /** A count with a comma between thousands. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Seconds below two minutes, then minutes and seconds, then hours and minutes. */
  public static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "–";
    }
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 7200) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  public static String seconds(Duration duration) {
    return seconds(duration.toMillis() / 1000.0);
  }
}
