package io.tributary.federation;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 200GB}, {@code 4MiB} or {@code 512B}; units of 1000 and of 1024
 * both exist.
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})\\s*([A-Za-z]{1,3})");
  private static final Map<String, Long> UNITS =
      Map.of(
          "B",
          1L,
          "KB",
          1_000L,
          "MB",
          1_000_000L,
          "GB",
          1_000_000_000L,
          "TB",
          1_000_000_000_000L,
          "KIB",
          1L << 10,
          "MIB",
          1L << 20,
          "GIB",
          1L << 30,
          "TIB",
          1L << 40);

  private static final long[] DECIMAL_SIZES = {
    1_000_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L
  };

  public DataSize {
    if (bytes < 0) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, "size", bytes, ">= 0", "Give a positive size.");
    }
  }

  /**
   * Reads {@code 200GB} and the like; a bare number is refused, so that no unit is ever guessed.
   */
  public static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toUpperCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "size",
          "\"" + text + "\"",
          "a number with a unit, like 8GB or 4MiB",
          "Add the unit.");
    }
    return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The largest decimal unit that keeps the number whole, so that parsing gives the same value. */
  @Override
  public String toString() {
    String[] units = {"TB", "GB", "MB", "KB"};
    for (int i = 0; i < units.length; i++) {
      long size = DECIMAL_SIZES[i];
      String unit = units[i];
      if (bytes >= size && bytes % size == 0) {
        return bytes / size + unit;
      }
    }
    return bytes + "B";
  }
}
