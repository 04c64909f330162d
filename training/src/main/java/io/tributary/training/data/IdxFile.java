package io.tributary.training.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of unsigned bytes in the IDX format of MNIST: magic number, sizes, entries one behind the
 * other. A large file is read entry by entry, a smaller one is held; a gzip file is unpacked into
 * memory.
 */
final class IdxFile {
  private static final int UNSIGNED_BYTES = 0x08;
  private static final long MOST_HELD = 1L << 27;
  private static final long MOST_UNPACKED = 1L << 30;

  private final Path file;
  private final int[] sizes;
  private final int entryBytes;
  private final byte[] unpacked;

  private IdxFile(Path file, int[] sizes, byte[] unpacked) {
    this.file = file;
    this.sizes = sizes;
    this.entryBytes = Arrays.stream(sizes).skip(1).reduce(1, Math::multiplyExact);
    this.unpacked = unpacked;
  }

  /**
   * Reads and checks the head, and that the file is as long as it says.
   *
   * @param dimensions of the entries together, such as 3 for pictures and 1 for labels
   */
  static IdxFile open(Path file, int dimensions) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      raw.mark(2);
      boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      try (var in = new DataInputStream(packed ? new GZIPInputStream(raw) : raw)) {
        int[] sizes = head(file, in, dimensions);
        long bytes = bytes(file, sizes);
        if (packed) {
          return new IdxFile(file, sizes, unpack(file, in, bytes));
        }
        long expected = 4L + 4L * dimensions + bytes;
        requireLength(file, expected, Files.size(file));
        return new IdxFile(
            file, sizes, bytes <= MOST_HELD ? in.readNBytes((int) bytes) : new byte[0]);
      }
    } catch (NoSuchFileException e) {
      throw DataRefusal.notFound(file);
    } catch (EOFException | ZipException e) {
      throw DataRefusal.of(
          file, "", "cut off or broken", "a whole IDX file", "Fetch the file again.");
    }
  }

  private static int[] head(Path file, DataInputStream in, int dimensions) throws IOException {
    int magic = in.readInt();
    if (magic != (UNSIGNED_BYTES << 8 | dimensions)) {
      throw DataRefusal.of(
          file,
          "byte 0",
          String.format("magic number 0x%08x", magic),
          String.format("0x%08x", UNSIGNED_BYTES << 8 | dimensions),
          "Name the IDX file of " + (dimensions == 1 ? "labels." : "pictures."));
    }
    int[] sizes = new int[dimensions];
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = in.readInt();
    }
    return sizes;
  }

  private static long bytes(Path file, int[] sizes) {
    long bytes = 1;
    for (int i = 0; i < sizes.length; i++) {
      boolean entry = i > 0;
      if (sizes[i] < (entry ? 1 : 0) || (entry && sizes[i] > 1 << 15)) {
        throw DataRefusal.of(
            file,
            "byte " + (4 + 4 * i),
            "size " + sizes[i],
            entry ? "1 to " + (1 << 15) : "0 or more",
            "Fetch the file again.");
      }
      bytes *= sizes[i];
    }
    return bytes;
  }

  private static byte[] unpack(Path file, InputStream in, long bytes) throws IOException {
    if (bytes > MOST_UNPACKED) {
      throw DataRefusal.of(
          file,
          "",
          bytes + " bytes unpacked",
          "at most " + MOST_UNPACKED,
          "Unpack it with gunzip.");
    }
    byte[] all = in.readNBytes((int) bytes);
    requireLength(file, bytes, all.length + (in.read() < 0 ? 0 : 1));
    return all;
  }

  private static void requireLength(Path file, long expected, long actual) {
    if (expected != actual) {
      throw DataRefusal.of(
          file,
          "",
          actual < expected ? "cut off" : "longer than its head says",
          expected + " bytes",
          "Fetch the file again.");
    }
  }

  int entries() {
    return sizes[0];
  }

  /** The size of one dimension; 0 is the number of entries. */
  int size(int dimension) {
    return sizes[dimension];
  }

  byte[] read(int entry) throws IOException {
    long at = (long) entry * entryBytes;
    if (unpacked.length > 0) {
      return Arrays.copyOfRange(unpacked, (int) at, (int) at + entryBytes);
    }
    ByteBuffer bytes = ByteBuffer.allocate(entryBytes);
    try (FileChannel channel = FileChannel.open(file)) {
      long from = 4L + 4L * sizes.length + at;
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, from + bytes.position()) < 0) {
          throw new EOFException("an IDX file became shorter");
        }
      }
    }
    return bytes.array();
  }

  /** All entries, one behind the other. */
  byte[] readAll() throws IOException {
    if (unpacked.length > 0) {
      return unpacked.clone();
    }
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(4L + 4L * sizes.length);
      return in.readNBytes(Math.multiplyExact(entries(), entryBytes));
    }
  }
}
