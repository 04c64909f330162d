package io.tributary.transport.chunk;

/** Sizes that both ends of a stream of chunks keep to. */
public final class Chunks {
  /** Bytes of data in a chunk that is sent; the last one is shorter. */
  public static final int SENT_BYTES = 1 << 20;

  /** Most bytes of data in a chunk that is accepted. */
  public static final int MOST_BYTES = 4 << 20;

  private Chunks() {}
}
