package io.tributary.training.data;

import io.tributary.federation.Digest;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture where it lies, decoded when it is asked for. */
public sealed interface Picture {
  /** The decoded picture; refused where its bytes are none. */
  Pixels pixels();

  /** What tells it apart in the digest of a dataset. */
  byte[] identity();

  /** The digest of its bytes, whatever its name. */
  Digest content();

  /**
   * A PNG or JPEG file. Its identity is its name and its size, so that a card costs no reading of
   * all pictures.
   *
   * @param name of the file below its dataset's folder, with slashes
   */
  record InFile(Path file, String name, long bytes) implements Picture {
    @Override
    public Pixels pixels() {
      return ImageFiles.decode(file, read());
    }

    @Override
    public byte[] identity() {
      return (name + "\n" + bytes).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Digest content() {
      return Digest.of(read());
    }

    private byte[] read() {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw ExampleReader.unreadable(file, e);
      }
    }

    /** Never the name of the file, which may tell of a person. */
    @Override
    public String toString() {
      return "Picture[" + bytes + " bytes]";
    }
  }

  /** One picture of an IDX file. */
  record InIdx(IdxFile file, int index) implements Picture {
    @Override
    public Pixels pixels() {
      return new Pixels(file.size(2), file.size(1), 1, identity());
    }

    @Override
    public byte[] identity() {
      try {
        return file.read(index);
      } catch (IOException e) {
        throw new UncheckedIOException("reading a picture", e);
      }
    }

    @Override
    public Digest content() {
      return Digest.of(identity());
    }

    @Override
    public String toString() {
      return "Picture[" + index + " of its file]";
    }
  }

  /**
   * A picture with Gaussian noise, the same each time.
   *
   * @param deviation of a sample, on the scale from 0 to 255
   */
  record Noisy(Picture clean, double deviation, long seed) implements Picture {
    private static final int MOST = 255;

    @Override
    public Pixels pixels() {
      Pixels pixels = clean.pixels();
      var normal = new GammaVariates(new RandomStreams(seed).stream(0, "", "picture-noise"));
      byte[] values = pixels.values().clone();
      for (int i = 0; i < values.length; i++) {
        double noisy = (values[i] & 0xff) + deviation * normal.normal();
        values[i] = (byte) Math.max(0, Math.min(MOST, Math.round(noisy)));
      }
      return new Pixels(pixels.width(), pixels.height(), pixels.channels(), values);
    }

    @Override
    public byte[] identity() {
      return pixels().values();
    }

    @Override
    public Digest content() {
      return Digest.of(identity());
    }
  }
}
