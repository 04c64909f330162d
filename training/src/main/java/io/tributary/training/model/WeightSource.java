package io.tributary.training.model;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Values of parameters by name, read piece by piece. */
interface WeightSource {
  /**
   * Fills the buffer with float32 values.
   *
   * @param first element of the parameter to start with
   */
  void read(String name, long first, ByteBuffer into) throws IOException;
}
