package io.tributary.training.data;

import io.tributary.federation.FederationException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG with the platform's readers. Samples are taken as they stand in the file:
 * grey stays grey without a colour space in between, 16 bits are cut to 8, transparency is dropped,
 * the orientation of EXIF is not applied; all as PIL has it. PNG is exact; JPEG differs from
 * libjpeg by a few of 255 steps.
 */
final class ImageFiles {
  /** More samples than any sensible training picture, before anything is decoded. */
  static final long MOST_PIXELS = 1L << 26;

  private ImageFiles() {}

  static Pixels decode(Path file, byte[] bytes) {
    String format = format(file, bytes);
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    ImageReader reader = readers.next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MOST_PIXELS || pixels < 1) {
        throw refusal(
            file,
            pixels + " pixels",
            "1 to " + MOST_PIXELS,
            "Scale the picture down or remove it.");
      }
      return pixels(reader.read(0));
    } catch (FederationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw refusal(
          file, "broken " + format, "a whole PNG or JPEG of grey or RGB", "Save it again.");
    } finally {
      reader.dispose();
    }
  }

  private static String format(Path file, byte[] bytes) {
    if (starts(bytes, 0x89, 'P', 'N', 'G')) {
      return "png";
    }
    if (starts(bytes, 0xff, 0xd8, 0xff)) {
      return "jpeg";
    }
    throw refusal(file, "another format", "PNG or JPEG", "Convert it or remove it.");
  }

  private static boolean starts(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (bytes[i] != (byte) magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static Pixels pixels(BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel) {
      return indexed(image);
    }
    Raster raster = image.getRaster();
    int channels = raster.getNumBands() < 3 ? 1 : 3;
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] values = new byte[width * height * channels];
    for (int channel = 0; channel < channels; channel++) {
      int[] samples = raster.getSamples(0, 0, width, height, channel, (int[]) null);
      int bits = raster.getSampleModel().getSampleSize(channel);
      for (int i = 0; i < samples.length; i++) {
        values[i * channels + channel] = eight(samples[i], bits);
      }
    }
    return new Pixels(width, height, channels, values);
  }

  private static byte eight(int sample, int bits) {
    return (byte) (bits > 8 ? sample >>> (bits - 8) : sample * 255 / ((1 << bits) - 1));
  }

  private static Pixels indexed(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] values = new byte[width * height * 3];
    int[] colours = image.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < colours.length; i++) {
      values[3 * i] = (byte) (colours[i] >> 16);
      values[3 * i + 1] = (byte) (colours[i] >> 8);
      values[3 * i + 2] = (byte) colours[i];
    }
    return allGrey(colours) ? grey(width, height, values) : new Pixels(width, height, 3, values);
  }

  /** Grey of fewer than 8 bits comes as a palette too. */
  private static boolean allGrey(int[] colours) {
    for (int colour : colours) {
      int blue = colour & 0xff;
      if ((colour >> 16 & 0xff) != blue || (colour >> 8 & 0xff) != blue) {
        return false;
      }
    }
    return true;
  }

  private static Pixels grey(int width, int height, byte[] colours) {
    byte[] values = new byte[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = colours[3 * i];
    }
    return new Pixels(width, height, 1, values);
  }

  private static FederationException refusal(Path file, String found, String rule, String remedy) {
    return DataRefusal.of(file, "", found, rule, remedy);
  }
}
