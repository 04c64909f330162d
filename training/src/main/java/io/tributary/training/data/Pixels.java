package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/**
 * A decoded picture, 8 bits a sample. The array belongs to it and must not be changed.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param values of shape (height, width, channels), row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxes would cost sixteen times as much
public record Pixels(int width, int height, int channels, byte[] values) {
  public Pixels {
    requireNonNull(values, "values");
    if (width < 1
        || height < 1
        || (channels != 1 && channels != 3)
        || (long) width * height * channels != values.length) {
      throw FederationException.of(
          ErrorKind.INTERNAL,
          "picture",
          width + " x " + height + " x " + channels + " of " + values.length + " bytes",
          "1 or 3 channels, as many bytes as samples",
          "Report this defect.");
    }
  }

  /** One sample, 0 to 255. */
  public int at(int x, int y, int channel) {
    return values[(y * width + x) * channels + channel] & 0xff;
  }

  /** With three equal channels where there was one, as PIL's {@code convert("RGB")} does it. */
  public Pixels toColour() {
    if (channels == 3) {
      return this;
    }
    byte[] colour = new byte[values.length * 3];
    for (int i = 0; i < colour.length; i++) {
      colour[i] = values[i / 3];
    }
    return new Pixels(width, height, 3, colour);
  }

  /** A part of the picture; what lies outside is 0. */
  public Pixels window(int left, int top, int newWidth, int newHeight) {
    byte[] part = new byte[newWidth * newHeight * channels];
    int from = Math.max(0, -left);
    int to = Math.min(newWidth, width - left);
    for (int y = Math.max(0, -top); y < Math.min(newHeight, height - top) && to > from; y++) {
      System.arraycopy(
          values,
          ((top + y) * width + left + from) * channels,
          part,
          (y * newWidth + from) * channels,
          (to - from) * channels);
    }
    return new Pixels(newWidth, newHeight, channels, part);
  }

  /** Left and right exchanged. */
  public Pixels mirrored() {
    byte[] mirrored = new byte[values.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        System.arraycopy(
            values,
            (y * width + x) * channels,
            mirrored,
            (y * width + width - 1 - x) * channels,
            channels);
      }
    }
    return new Pixels(width, height, channels, mirrored);
  }

  @Override
  public String toString() {
    return "Pixels[" + width + " x " + height + " x " + channels + "]";
  }
}
