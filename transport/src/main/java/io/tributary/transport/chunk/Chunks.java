package io.tributary.transport.chunk;

/** Sizes that both ends of a stream of chunks keep to. */
public final class Chunks {
  /** Bytes of data in a chunk that is sent; the last one is shorter. */
  public static final int SENT_BYTES = 1 << 20;

  /** Most bytes of data in a chunk that is accepted. */
  public static final int MOST_BYTES = 4 << 20;

  /**
   * Least bytes of data in a chunk, on average over a file. A stream of crumbs would keep a
   * receiver busy for nothing.
   */
  public static final int LEAST_BYTES = 16 << 10;

  /** Chunks that may be smaller, whatever the size of the file. */
  public static final int SPARE = 1_024;

  private Chunks() {}
}
