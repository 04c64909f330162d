package io.tributary.aggregation.codec;

/**
 * Random bits by position: the number at a place follows from key and place alone, so that any part
 * can be made by itself. The output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014,
 * figure 17) over a counter.
 */
final class Mixer {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Mixer() {}

  /** 64 bits, as good as independent of those at other places. */
  static long bits(long key, long place) {
    long z = key + place * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
