package io.tributary.training.torch;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.IdentityHashMap;
import java.util.function.BiConsumer;

/**
 * Copies in the machine's memory of tensors that lie on a device: made when their bytes are asked
 * for, put back before the next function is called. Belongs to a scope, its children and their
 * thread.
 */
final class HostCopies {
  /** Whether tensors lie where their bytes can't be seen; else there are no copies. */
  private final boolean needed;

  /** Arrays are equal where their numbers are: they are told apart by identity. */
  private IdentityHashMap<PtNDArray, PtNDArray> copies = new IdentityHashMap<>();

  HostCopies(boolean needed) {
    this.needed = needed;
  }

  /** The array whose memory stands for a tensor's until {@link #putBack}. */
  PtNDArray of(PtNDArray array) {
    return needed ? copies.computeIfAbsent(array, one -> one.toDevice(Device.cpu(), true)) : array;
  }

  /**
   * Ends all copies.
   *
   * @param copy puts the second array's numbers into the first
   */
  void putBack(BiConsumer<PtNDArray, PtNDArray> copy) {
    if (copies.isEmpty()) {
      return;
    }
    IdentityHashMap<PtNDArray, PtNDArray> all = copies;
    copies = new IdentityHashMap<>();
    all.forEach(
        (array, host) -> {
          if (!array.isReleased() && !host.isReleased()) {
            copy.accept(array, host);
            host.close();
          }
        });
  }
}
