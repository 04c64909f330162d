package io.tributary.aggregation.tally;

/**
 * The score interval of a share (Wilson, JASA 22, 1927), at 95 %.
 *
 * @param low lower end, from 0 to 1
 * @param high upper end, from 0 to 1
 */
public record WilsonInterval(double low, double high) {
  /** The 97.5 % point of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /** The interval of {@code hits} out of {@code count}; from 0 to 1 where there are none. */
  public static WilsonInterval of(long hits, long count) {
    if (count == 0) {
      return new WilsonInterval(0, 1);
    }
    double share = (double) hits / count;
    double spread = Z * Z / count;
    double centre = share + spread / 2;
    double half = Math.sqrt(spread * (share * (1 - share) + spread / 4));
    double below = (centre - half) / (1 + spread);
    double above = (centre + half) / (1 + spread);
    return new WilsonInterval(
        hits == 0 ? 0 : Math.max(0, below), hits == count ? 1 : Math.min(1, above));
  }
}
