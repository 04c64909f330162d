package io.tributary.transport.chunk;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into chunks, from an offset to its end as it was when opened, by positional reads. A
 * piece's memory is used again once it is released. Not safe for several threads; blocks on the
 * disk, so never on an event loop.
 */
public final class ChunkReader implements AutoCloseable {
  /** What the system copies at once stays in a processor's own cache until it is copied again. */
  private static final int READ_BYTES = 64 << 10;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();
  private long offset;

  private ChunkReader(Path file, FileChannel channel, long offset) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.offset = offset;
  }

  /** Opens a file; an offset beyond its end is INVALID_ARGUMENT, a missing file NOT_FOUND. */
  public static ChunkReader open(Path file, long offset) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      var reader = new ChunkReader(file, channel, offset);
      if (offset < 0 || offset > reader.size) {
        channel.close();
        throw FederationException.of(
            ErrorKind.INVALID_ARGUMENT,
            "offset",
            offset,
            "0 to " + reader.size,
            "Start again from 0.");
      }
      return reader;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          "file: " + file.getFileName() + " can't be opened (expected: a stored file). Ask again.",
          e);
    }
  }

  /** Bytes of the whole file. */
  public long size() {
    return size;
  }

  /** Position of the next chunk. */
  public long offset() {
    return offset;
  }

  /** The next chunk, or null at the end; a file that has become shorter is CORRUPT. */
  public @Nullable Piece next() {
    int length = (int) Math.min(Chunks.SENT_BYTES, size - offset);
    if (length == 0) {
      return null;
    }
    byte[] used = spare.getAndSet(null);
    byte[] memory = used == null ? new byte[Chunks.SENT_BYTES] : used;
    try {
      read(memory, length);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          "file: " + file.getFileName() + " can't be read (expected: readable). Check the disk.",
          e);
    }
    Piece piece =
        Piece.lent(offset, List.of(ByteBuffer.wrap(memory, 0, length)), () -> spare.set(memory));
    offset += length;
    return piece;
  }

  private void read(byte[] memory, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int most = Math.min(READ_BYTES, length - done);
      int read = channel.read(ByteBuffer.wrap(memory, done, most), offset + done);
      if (read < 0) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            "file " + file.getFileName(),
            "ends at " + (offset + done),
            size + " bytes",
            "Don't change stored files.");
      }
      done += read;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL,
          "file: " + file.getFileName() + " can't be closed (expected: open). Check the disk.",
          e);
    }
  }
}
