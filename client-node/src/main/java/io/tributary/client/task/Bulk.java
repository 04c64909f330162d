package io.tributary.client.task;

import io.tributary.federation.Digest;
import java.nio.file.Path;

/**
 * Moves files between the node and the coordinator. Both calls block, go on where a cut transfer
 * stopped, and end with kind CANCELLED when their thread is interrupted.
 */
public interface Bulk {
  /**
   * Fetches an artifact into the store, verified; one that is stored already costs nothing.
   *
   * @return the stored file
   */
  Path fetch(Digest digest, long size, BytesMoved progress);

  /**
   * Sends a finished update.
   *
   * @return the digest in the coordinator's receipt
   */
  Digest submit(FinishedUpdate update, BytesMoved progress);

  /** Is told how many bytes have moved, on the moving thread. */
  @FunctionalInterface
  interface BytesMoved {
    /** Listens to nothing. */
    BytesMoved NONE = (done, total) -> {};

    void moved(long done, long total);
  }
}
