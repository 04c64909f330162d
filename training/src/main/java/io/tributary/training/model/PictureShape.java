package io.tributary.training.model;

/**
 * What pictures a model takes.
 *
 * @param channels 1 for grey, 3 for colour
 * @param height in pixels; 0 where any size does
 * @param width in pixels; 0 where any size does
 */
public record PictureShape(int channels, int height, int width) {
  /** Pictures of any size. */
  public static PictureShape ofAnySize(int channels) {
    return new PictureShape(channels, 0, 0);
  }

  /** Whether pictures have to have one size. */
  public boolean isFixed() {
    return height > 0;
  }
}
