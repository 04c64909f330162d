package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Puts chunks together in a {@code .part} file with a running SHA-256. Takes no byte beyond the
 * stated size, no gap and no overlap; goes on from what an earlier try stored after hashing that
 * again. Holds a lock on the file, so that two transfers never write one. Not safe for several
 * threads.
 */
public final class ChunkAssembler implements AutoCloseable {
  private static final int HASH_BYTES = 1 << 20;

  /** From so many bytes on, handing a chunk to another thread costs less than it brings. */
  private static final int SHARED_BYTES = 128 << 10;

  /**
   * Most bytes written at once. For longer writes Linux takes memory in blocks so large that a
   * virtual machine may have given them back to its host; filling those took eight times as long.
   */
  private static final int WRITTEN_BYTES = 128 << 10;

  private final DurableFiles files;
  private final Path part;
  private final FileChannel channel;
  private final Digest digest;
  private final long size;
  private final MessageDigest hash = Digest.sha256();
  private long offset;
  private long chunksLeft;
  private final WriteBehind behind;

  private ChunkAssembler(
      DurableFiles files, Path part, FileChannel channel, Digest digest, long size) {
    this.files = files;
    this.part = part;
    this.channel = channel;
    this.digest = requireNonNull(digest, "digest");
    this.size = size;
    this.behind = new WriteBehind(() -> files.force(part, channel));
  }

  /** How many bytes of a {@code .part} file could be kept, 0 where there is none. */
  public static long stored(Path part, long size) {
    try {
      return Files.exists(part) ? Math.min(size, Files.size(part)) : 0;
    } catch (IOException e) {
      throw DiskFailure.of(part, e);
    }
  }

  /**
   * Opens the file and keeps its first {@code from} bytes, which are hashed again.
   *
   * @param size bytes of the whole
   * @param from where the sender goes on: beyond the whole it is INVALID_ARGUMENT, beyond what is
   *     {@link #stored} NOT_READY, since that may change between the question and the transfer
   */
  public static ChunkAssembler open(
      DurableFiles files, Path part, Digest digest, long size, long from) {
    try {
      FileChannel channel = files.open(part);
      var assembler = new ChunkAssembler(files, part, channel, digest, size);
      try {
        assembler.lock();
        assembler.keep(from);
        assembler.chunksLeft = Chunks.SPARE + (size - from) / Chunks.LEAST_BYTES;
        return assembler;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw DiskFailure.of(part, e);
    }
  }

  /** Opens the file and keeps all that an earlier try stored. */
  public static ChunkAssembler resume(DurableFiles files, Path part, Digest digest, long size) {
    return open(files, part, digest, size, stored(part, size));
  }

  private void lock() throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw busy(e);
    }
    if (lock == null) {
      throw busy(null);
    }
  }

  private FederationException busy(@Nullable Exception cause) {
    String message =
        "transfer: "
            + digest
            + " is being received already (expected: one transfer of a file at a time). Wait for"
            + " it.";
    return cause == null
        ? new FederationException(ErrorKind.IN_USE, message)
        : new FederationException(ErrorKind.IN_USE, message, cause);
  }

  private void keep(long from) throws IOException {
    if (from < 0 || from > size) {
      throw refusal("offset", from, "0 to " + size);
    }
    if (from > channel.size()) {
      throw FederationException.of(
          ErrorKind.NOT_READY,
          "offset",
          from,
          "0 to " + channel.size() + ", what is stored",
          "Ask for the stored offset again.");
    }
    channel.truncate(from);
    ByteBuffer bytes = ByteBuffer.allocate(HASH_BYTES);
    while (offset < from) {
      bytes.clear().limit((int) Math.min(HASH_BYTES, from - offset));
      int read = channel.read(bytes, offset);
      if (read < 0) {
        throw new java.io.EOFException(part.toString());
      }
      hash.update(bytes.flip());
      offset += read;
    }
    channel.position(offset);
  }

  /** Position of the next byte. */
  public long offset() {
    return offset;
  }

  /** Bytes of the whole. */
  public long size() {
    return size;
  }

  /** Whether every byte is there. */
  public boolean isComplete() {
    return offset == size;
  }

  /**
   * Takes the next bytes; anything but the next ones, more than the stated size, or the whole in
   * crumbs is refused. The bytes are hashed and written, and not looked at any more, when this
   * returns.
   */
  public void accept(Piece piece) {
    if (piece.size() > Chunks.MOST_BYTES) {
      throw refusal("chunk", piece.size() + " bytes", "at most " + Chunks.MOST_BYTES);
    }
    if (piece.offset() != offset) {
      throw refusal("chunk offset", piece.offset(), String.valueOf(offset));
    }
    if (piece.size() > size - offset) {
      throw refusal("bytes", offset + piece.size(), size + ", as stated");
    }
    if (chunksLeft-- == 0) {
      throw refusal("chunks", "too many small ones", "on average " + Chunks.LEAST_BYTES + " bytes");
    }
    Beside hashing = Beside.begin(piece.size() >= SHARED_BYTES, () -> hash(piece));
    try {
      for (ByteBuffer bytes : piece.views()) {
        write(bytes);
      }
    } catch (IOException e) {
      throw DiskFailure.of(part, e);
    } finally {
      hashing.end();
    }
    early(() -> behind.written(piece.size()));
  }

  /** What the disk lost once, a later force may call safe: such bytes are not kept for a resume. */
  private void early(Runnable force) {
    try {
      force.run();
    } catch (RuntimeException e) {
      close();
      files.delete(part);
      throw e;
    }
  }

  private void hash(Piece piece) {
    piece.views().forEach(hash::update);
  }

  private void write(ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + WRITTEN_BYTES));
      offset += channel.write(bytes);
    }
  }

  private FederationException refusal(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, what, found, rule, "Send the file as it is, in order.");
  }

  /**
   * Verifies the whole and closes it; the caller adopts the file, which forces it. Missing bytes
   * are INVALID_ARGUMENT and stay stored; a wrong digest is CORRUPT and removes what was stored.
   */
  public Path finish() {
    if (!isComplete()) {
      throw refusal("bytes", offset, String.valueOf(size));
    }
    Digest found = Digest.ofHash(hash.digest());
    early(behind::await);
    close();
    if (!found.equals(digest)) {
      files.delete(part);
      throw FederationException.of(
          ErrorKind.CORRUPT, "digest", found, digest.toString(), "Send the file again.");
    }
    return part;
  }

  /** Keeps what was stored, for a later try. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw DiskFailure.of(part, e);
    }
  }
}
