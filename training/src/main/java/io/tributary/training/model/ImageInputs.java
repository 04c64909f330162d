package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;

/** Images of one size, read when a batch needs them. */
public record ImageInputs(int channels, int height, int width, Pixels pixels, Targets targets)
    implements Inputs {
  public ImageInputs {
    requireNonNull(pixels, "pixels");
    requireNonNull(targets, "targets");
  }

  /** Where the pixels come from: from memory, or from files. */
  public interface Pixels {
    /**
     * Puts the normalised pixels of one image: channel by channel, row by row.
     *
     * @param into has room for channels times height times width numbers, and is left full
     */
    void read(int example, FloatBuffer into);
  }

  @Override
  public int length(int example) {
    return 1;
  }
}
