package io.tributary.cli.output;

/** A bar of fixed width for a share done. */
public final class ProgressBar {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private ProgressBar() {}

  /**
   * The bar: {@code [████▌ ]}.
   *
   * @param done of {@code total}; a total of 0 draws an empty bar
   * @param width columns between the brackets
   */
  public static String render(long done, long total, int width) {
    double share = total <= 0 ? 0 : Math.min(1, Math.max(0, done / (double) total));
    int eighths = (int) Math.floor(share * width * 8);
    int full = eighths / 8;
    var bar = new StringBuilder("[").append("█".repeat(full));
    if (full < width) {
      bar.append(EIGHTHS.charAt(eighths % 8)).append(" ".repeat(width - full - 1));
    }
    return bar.append(']').toString();
  }
}
