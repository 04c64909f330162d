package io.tributary.transport.artifact;

/** Hears of a transfer's progress, on the thread that transfers. */
@FunctionalInterface
public interface TransferListener {
  /**
   * Bytes moved.
   *
   * @param done bytes of the whole that are there, resumed ones included
   */
  void moved(long done, long total);

  /** Hears nothing. */
  static TransferListener silent() {
    return (done, total) -> {};
  }
}
