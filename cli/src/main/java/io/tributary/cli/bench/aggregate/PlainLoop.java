package io.tributary.cli.bench.aggregate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/**
 * What the product is held against: a plain loop over the same files. Each thread takes a part of
 * the columns; block by block it reads all files, sums w·x in float64, writes float32; the output
 * is forced at the end. It checks nothing, hashes nothing, knows no old values and no order of
 * blocks, and shares no code with the product.
 */
final class PlainLoop {
  /** Values of one block: the fastest of 8 Ki to 256 Ki on the machines that were tried. */
  private static final int BLOCK = 32 << 10;

  private static final int PIECE = 4 << 10;

  private final List<Path> files;
  private final double[] weights;
  private final long start;
  private final long elements;

  /**
   * A loop over files of float32 values.
   *
   * @param weights one a file
   * @param start where the values start, in bytes
   * @param elements how many there are in each file
   */
  PlainLoop(List<Path> files, double[] weights, long start, long elements) {
    this.files = List.copyOf(files);
    this.weights = weights.clone();
    this.start = start;
    this.elements = elements;
  }

  /** Runs the loop once into a new file. */
  void run(Path into, ExecutorService pool, int threads)
      throws IOException, InterruptedException, ExecutionException {
    List<FileChannel> channels = new ArrayList<>();
    try (FileChannel out =
        FileChannel.open(into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (Path file : files) {
        channels.add(FileChannel.open(file, StandardOpenOption.READ));
      }
      long blocks = (elements + BLOCK - 1) / BLOCK;
      List<Callable<Boolean>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        long from = blocks * i / threads * BLOCK;
        long to = Math.min(elements, blocks * (i + 1) / threads * BLOCK);
        parts.add(() -> sum(channels, out, from, to));
      }
      for (var part : pool.invokeAll(parts)) {
        part.get();
      }
      out.force(true);
    } finally {
      for (FileChannel channel : channels) {
        channel.close();
      }
    }
  }

  private boolean sum(List<FileChannel> channels, FileChannel out, long from, long to)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    float[] piece = new float[PIECE];
    double[] sums = new double[BLOCK];
    for (long at = from; at < to; at += BLOCK) {
      int count = (int) Math.min(BLOCK, to - at);
      java.util.Arrays.fill(sums, 0);
      for (int file = 0; file < weights.length; file++) {
        bytes.clear().limit(count * Float.BYTES);
        long position = start + at * Float.BYTES;
        while (bytes.hasRemaining()) {
          position += channels.get(file).read(bytes, position);
        }
        FloatBuffer values = bytes.flip().asFloatBuffer();
        for (int done = 0; done < count; done += PIECE) {
          int part = Math.min(PIECE, count - done);
          values.get(piece, 0, part);
          add(piece, weights[file], sums, done, part);
        }
      }
      write(out, bytes, sums, piece, count, start + at * Float.BYTES);
    }
    return true;
  }

  private static void add(float[] values, double weight, double[] sums, int offset, int count) {
    for (int i = 0; i < count; i++) {
      sums[offset + i] += weight * values[i];
    }
  }

  private static void write(
      FileChannel out, ByteBuffer bytes, double[] sums, float[] piece, int count, long position)
      throws IOException {
    bytes.clear().limit(count * Float.BYTES);
    FloatBuffer values = bytes.asFloatBuffer();
    for (int done = 0; done < count; done += PIECE) {
      int part = Math.min(PIECE, count - done);
      for (int i = 0; i < part; i++) {
        piece[i] = (float) sums[done + i];
      }
      values.put(piece, 0, part);
    }
    while (bytes.hasRemaining()) {
      out.write(bytes, position + bytes.position());
    }
  }
}
