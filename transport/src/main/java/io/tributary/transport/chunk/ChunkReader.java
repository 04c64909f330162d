package io.tributary.transport.chunk;

import com.google.protobuf.UnsafeByteOperations;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into chunks, from an offset to its end as it was when opened, by positional reads.
 * One chunk is in memory at a time. Not safe for several threads; blocks on the disk, so never on
 * an event loop.
 */
public final class ChunkReader implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final long size;
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
  public @Nullable Chunk next() {
    int length = (int) Math.min(Chunks.SENT_BYTES, size - offset);
    if (length == 0) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw FederationException.of(
              ErrorKind.CORRUPT,
              "file " + file.getFileName(),
              "ends at " + (offset + bytes.position()),
              size + " bytes",
              "Don't change stored files.");
        }
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          "file: " + file.getFileName() + " can't be read (expected: readable). Check the disk.",
          e);
    }
    Chunk chunk =
        Chunk.newBuilder()
            .setOffset(offset)
            .setData(UnsafeByteOperations.unsafeWrap(bytes.array()))
            .build();
    offset += length;
    return chunk;
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
