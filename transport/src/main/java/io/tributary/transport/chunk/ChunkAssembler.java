package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts chunks together in a {@code .part} file with a running SHA-256. Takes no byte beyond the
 * stated size, no gap and no overlap; goes on from what an earlier try stored after hashing that
 * again. Holds the file from opening to {@link #close}, so that two transfers never write one, and
 * none writes one that has its final name already. Not safe for several threads.
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

  /**
   * Files that transfers of this process hold, absolute. The system's lock alone is no guard: who
   * opened the file before it was renamed gets the lock after it was.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final DurableFiles files;
  private final Path part;
  private final FileChannel channel;
  private final Digest digest;
  private final long size;
  private final MessageDigest hash = Digest.sha256();
  private final WriteBehind behind;
  private long offset;
  private long hashed;
  private long chunksLeft;
  private boolean closed;

  private ChunkAssembler(
      DurableFiles files, Path part, FileChannel channel, Digest digest, long size) {
    this.files = files;
    this.part = part;
    this.channel = channel;
    this.digest = requireNonNull(digest, "digest");
    this.size = size;
    this.behind = new WriteBehind(this::forceEarly);
  }

  /** What the disk lost once, a later force may call safe: such bytes are not kept for a resume. */
  private void forceEarly() {
    try {
      files.force(part, channel);
    } catch (RuntimeException e) {
      files.delete(part);
      throw e;
    }
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
   * Opens the file and keeps its first {@code from} bytes, which are still to be hashed again: by
   * {@link #rehash}, or else with the next bytes.
   *
   * @param size bytes of the whole
   * @param from where the sender goes on: beyond the whole it is INVALID_ARGUMENT, beyond what is
   *     {@link #stored} NOT_READY, since that may change between the question and the transfer;
   *     NOT_READY too while another transfer holds the file
   */
  public static ChunkAssembler open(
      DurableFiles files, Path part, Digest digest, long size, long from) {
    Path held = held(part);
    if (!HELD.add(held)) {
      throw busy(digest);
    }
    try {
      return openHeld(files, part, digest, size, from);
    } catch (IOException e) {
      HELD.remove(held);
      throw DiskFailure.of(part, e);
    } catch (RuntimeException e) {
      HELD.remove(held);
      throw e;
    }
  }

  private static ChunkAssembler openHeld(
      DurableFiles files, Path part, Digest digest, long size, long from) throws IOException {
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
  }

  /** Opens the file and keeps all that an earlier try stored, hashed again. */
  public static ChunkAssembler resume(DurableFiles files, Path part, Digest digest, long size) {
    ChunkAssembler assembler = open(files, part, digest, size, stored(part, size));
    try {
      assembler.rehash(() -> {});
      return assembler;
    } catch (RuntimeException e) {
      assembler.close();
      throw e;
    }
  }

  private static Path held(Path part) {
    return part.toAbsolutePath().normalize();
  }

  /** Against other processes. */
  private void lock() throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw new IllegalStateException(part + " is locked by somebody else in this process", e);
    }
    if (lock == null) {
      throw busy(digest);
    }
  }

  private static FederationException busy(Digest digest) {
    return FederationException.of(
        ErrorKind.NOT_READY,
        "transfer",
        digest + " is being received already",
        "one transfer of a file at a time",
        "Wait for it.");
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
    channel.position(from);
    offset = from;
  }

  /**
   * Hashes what an earlier try stored; where all of it is hashed, nothing.
   *
   * @param step run before each mebibyte; what it throws ends the work, which may go on later
   */
  public void rehash(Runnable step) {
    long stored = offset; // nothing is taken before all is hashed
    ByteBuffer bytes = ByteBuffer.allocate(hashed < stored ? HASH_BYTES : 0);
    try {
      while (hashed < stored) {
        step.run();
        bytes.clear().limit((int) Math.min(HASH_BYTES, stored - hashed));
        int read = channel.read(bytes, hashed);
        if (read < 0) {
          throw new EOFException(part.toString());
        }
        hash.update(bytes.flip());
        hashed += read;
      }
    } catch (IOException e) {
      throw DiskFailure.of(part, e);
    }
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
    rehash(() -> {});
    hashed += piece.size();
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
    behind.written(piece.size());
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
   * Verifies the whole; the caller adopts the file, which forces it, and closes this only then.
   * Missing bytes are INVALID_ARGUMENT and stay stored; a wrong digest is CORRUPT and removes what
   * was stored.
   */
  public Path finish() {
    if (!isComplete()) {
      throw refusal("bytes", offset, String.valueOf(size));
    }
    rehash(() -> {});
    Digest found = Digest.ofHash(hash.digest());
    behind.await();
    if (!found.equals(digest)) {
      files.delete(part);
      throw FederationException.of(
          ErrorKind.CORRUPT, "digest", found, digest.toString(), "Send the file again.");
    }
    return part;
  }

  /** Lets go of the file. What was stored stays for a later try, unless the disk failed. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    behind.end(); // it uses the channel, and takes the file away when it fails
    try {
      channel.close();
    } catch (IOException e) {
      throw DiskFailure.of(part, e);
    } finally {
      HELD.remove(held(part));
    }
  }
}
