package io.tributary.training.model.lenet;

/**
 * One convolution of stride 1 without padding, behind it the largest of each two by two.
 *
 * @param kernel height and width of its window
 * @param size height and width of what it takes
 */
record Convolution(int inputs, int outputs, int kernel, int size) {
  /** Height and width before the largest are taken. */
  int wide() {
    return size - kernel + 1;
  }

  /** Height and width of what it gives. */
  int pooled() {
    return wide() / 2;
  }

  /**
   * Numbers of each working tensor for one picture, in the script's order: windows, sums between
   * rows that stay zero (where the gradient's windows reach over the edge), largest of columns,
   * result, mask, and the gradient by what it takes.
   */
  long[] buffers() {
    long sums = (long) outputs * wide() * wide();
    return new long[] {
      (long) size * inputs * kernel * wide(),
      sums + 2L * (kernel - 1) * outputs * wide(),
      sums / 2,
      sums / 4,
      sums / 2,
      (long) inputs * size * size
    };
  }

  /** What the script is told. */
  long[] form() {
    return new long[] {inputs, outputs, kernel, size};
  }
}
