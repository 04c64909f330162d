package io.tributary.training.data;

/**
 * Scales pictures with PIL's resampling for 8-bit images: a filter that is widened when a picture
 * shrinks (antialias), weights of 22 fixed bits, columns first, then rows, rounded to 8 bits
 * between the two. Agrees bit by bit with Pillow 11; Pillow 13 takes rows first where that is
 * cheaper, which moves single samples by one of 255 steps.
 */
public enum Resampling {
  /** The nearest sample, as PIL's 0. */
  NEAREST(0, 0),
  /** Linear weights over two samples, as PIL's 2. */
  BILINEAR(2, 1),
  /** Cubic weights (a = -0.5) over four samples, as PIL's 3. */
  BICUBIC(3, 2);

  private static final int PRECISION = 22;

  private final int code;
  private final double support;

  Resampling(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /** The number that PIL, torchvision and transformers know it by. */
  public int code() {
    return code;
  }

  public Pixels scale(Pixels picture, int width, int height) {
    if (this == NEAREST) {
      return nearest(picture, width, height);
    }
    Pixels wide = width == picture.width() ? picture : columns(picture, width);
    return height == wide.height() ? wide : rows(wide, height);
  }

  private static Pixels nearest(Pixels picture, int width, int height) {
    int channels = picture.channels();
    byte[] values = new byte[width * height * channels];
    for (int y = 0; y < height; y++) {
      int fromY = (int) ((y + 0.5) * picture.height() / height);
      for (int x = 0; x < width; x++) {
        int fromX = (int) ((x + 0.5) * picture.width() / width);
        for (int channel = 0; channel < channels; channel++) {
          values[(y * width + x) * channels + channel] = (byte) picture.at(fromX, fromY, channel);
        }
      }
    }
    return new Pixels(width, height, channels, values);
  }

  private Pixels columns(Pixels picture, int width) {
    int channels = picture.channels();
    byte[] values = new byte[width * picture.height() * channels];
    for (int x = 0; x < width; x++) {
      Weights weights = weights(picture.width(), width, x);
      for (int y = 0; y < picture.height(); y++) {
        for (int channel = 0; channel < channels; channel++) {
          int sum = 1 << (PRECISION - 1);
          for (int i = 0; i < weights.fixed.length; i++) {
            sum += picture.at(weights.from + i, y, channel) * weights.fixed[i];
          }
          values[(y * width + x) * channels + channel] = clipped(sum);
        }
      }
    }
    return new Pixels(width, picture.height(), channels, values);
  }

  private Pixels rows(Pixels picture, int height) {
    int channels = picture.channels();
    int width = picture.width();
    byte[] values = new byte[width * height * channels];
    for (int y = 0; y < height; y++) {
      Weights weights = weights(picture.height(), height, y);
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          int sum = 1 << (PRECISION - 1);
          for (int i = 0; i < weights.fixed.length; i++) {
            sum += picture.at(x, weights.from + i, channel) * weights.fixed[i];
          }
          values[(y * width + x) * channels + channel] = clipped(sum);
        }
      }
    }
    return new Pixels(width, height, channels, values);
  }

  private static byte clipped(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }

  /** The samples that one scaled sample is made of, from the first on. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, lives for one sample
  private record Weights(int from, int[] fixed) {}

  private Weights weights(int size, int scaled, int at) {
    double scale = (double) size / scaled;
    double stretch = Math.max(1, scale);
    double reach = support * stretch;
    double centre = (at + 0.5) * scale;
    int from = Math.max(0, (int) (centre - reach + 0.5));
    int to = Math.min(size, (int) (centre + reach + 0.5));
    double[] exact = new double[to - from];
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      exact[i] = weight((i + from - centre + 0.5) * (1 / stretch));
      sum += exact[i];
    }
    // Products with reciprocals, as Pillow has them: a quotient may fall on the other side of a
    // half.
    int[] fixed = new int[exact.length];
    for (int i = 0; i < fixed.length; i++) {
      double share = sum == 0 ? exact[i] : exact[i] * (1 / sum);
      fixed[i] = (int) ((share < 0 ? -0.5 : 0.5) + share * (1 << PRECISION));
    }
    return new Weights(from, fixed);
  }

  private double weight(double distance) {
    double x = Math.abs(distance);
    if (this == BILINEAR) {
      return x < 1 ? 1 - x : 0;
    }
    double a = -0.5;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }
}
