package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.random.RandomGenerator;

/**
 * Changes of pictures that leave their labels true, drawn anew for each picture of each epoch from
 * a named stream; in this order: crop, mirror, colours.
 *
 * @param padding pixels of 0 put around before a crop of the old size is drawn; 0: no crop
 * @param mirror the odds of exchanging left and right, from 0 to 1
 * @param brightness how far the factor may lie from 1, from 0 to 1; 0: none
 * @param contrast likewise, around the picture's mean grey
 * @param saturation likewise, between the picture and its grey; pictures of one channel keep theirs
 */
public record ImageAugmentation(
    int padding, double mirror, double brightness, double contrast, double saturation) {
  /** Purpose of the random stream that draws are taken from. */
  public static final String PURPOSE = "image-augmentation";

  public ImageAugmentation {
    boolean shares = true;
    for (double share : new double[] {mirror, brightness, contrast, saturation}) {
      shares &= share >= 0 && share <= 1;
    }
    if (padding < 0 || padding > 1 << 12 || !shares) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "augmentation",
          "padding " + padding + " and shares out of range",
          "padding from 0 to 4096, all others from 0 to 1",
          "Correct the numbers.");
    }
  }

  /** Nothing is changed and nothing drawn. */
  public static ImageAugmentation none() {
    return new ImageAugmentation(0, 0, 0, 0, 0);
  }

  /** A changed copy. The number of draws depends on the settings alone, not on the picture. */
  public Pixels apply(Pixels picture, RandomGenerator random) {
    Pixels changed = picture;
    if (padding > 0) {
      int left = random.nextInt(2 * padding + 1) - padding;
      int top = random.nextInt(2 * padding + 1) - padding;
      changed = changed.window(left, top, picture.width(), picture.height());
    }
    if (mirror > 0 && random.nextDouble() < mirror) {
      changed = changed.mirrored();
    }
    if (brightness > 0) {
      changed = blended(changed, factor(brightness, random), Base.BLACK);
    }
    if (contrast > 0) {
      changed = blended(changed, factor(contrast, random), Base.MEAN);
    }
    if (saturation > 0) {
      changed = blended(changed, factor(saturation, random), Base.GREY);
    }
    return changed;
  }

  private static double factor(double reach, RandomGenerator random) {
    return 1 - reach + 2 * reach * random.nextDouble();
  }

  /** What a picture is blended with; a factor of 1 leaves it alone (torchvision's adjustments). */
  private enum Base {
    BLACK,
    MEAN,
    GREY
  }

  private static Pixels blended(Pixels picture, double factor, Base base) {
    double mean = base == Base.MEAN ? meanGrey(picture) : 0;
    byte[] values = new byte[picture.values().length];
    for (int i = 0; i < values.length; i++) {
      double other = base == Base.GREY ? grey(picture, i / picture.channels()) : mean;
      double value = factor * (picture.values()[i] & 0xff) + (1 - factor) * other;
      values[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
    return new Pixels(picture.width(), picture.height(), picture.channels(), values);
  }

  private static double meanGrey(Pixels picture) {
    double sum = 0;
    int area = picture.width() * picture.height();
    for (int i = 0; i < area; i++) {
      sum += grey(picture, i);
    }
    return sum / area;
  }

  /** Luma of ITU-R BT.601, as PIL's convert("L"). */
  private static double grey(Pixels picture, int pixel) {
    byte[] values = picture.values();
    if (picture.channels() == 1) {
      return values[pixel] & 0xff;
    }
    return 0.299 * (values[3 * pixel] & 0xff)
        + 0.587 * (values[3 * pixel + 1] & 0xff)
        + 0.114 * (values[3 * pixel + 2] & 0xff);
  }
}
