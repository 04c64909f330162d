package io.tributary.cli.bench.transfer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.tributary.federation.Digest;
import io.tributary.transport.artifact.ArtifactStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Files to move, the same for the same size: random bytes, and from 2 GB on a sparse file of zeros
 * with a random block at the start of each 256 MiB, which takes no room at its sender.
 */
final class BenchFile {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final long SPARSE_BYTES = 2_000_000_000L;
  private static final long RANDOM_EVERY = 256L << 20;

  private BenchFile() {}

  /** Writes a file and gives its digest. */
  static Digest write(Path file, long bytes) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(bytes);
    MessageDigest hash = Digest.sha256();
    byte[] block = new byte[BLOCK_BYTES];
    try (var out = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
      for (long done = 0; done < bytes; done += block.length) {
        boolean empty = bytes >= SPARSE_BYTES && done % RANDOM_EVERY != 0;
        fill(block, random, empty);
        int length = (int) Math.min(block.length, bytes - done);
        hash.update(block, 0, length);
        if (!empty || done + length == bytes) {
          write(out, ByteBuffer.wrap(block, 0, length), done);
        }
      }
    }
    return Digest.ofHash(hash.digest());
  }

  private static void fill(byte[] block, RandomGenerator random, boolean empty) {
    if (empty) {
      Arrays.fill(block, (byte) 0);
    } else {
      random.nextBytes(block);
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes, long at) throws IOException {
    for (long position = at; bytes.hasRemaining(); ) {
      position += out.write(bytes, position);
    }
  }

  /** The artifact of so many bytes, made where it is not stored yet. */
  static Digest artifact(ArtifactStore store, long bytes) throws IOException {
    Path note = store.temporary("bench-" + bytes + "-digest");
    if (Files.exists(note)) {
      return Digest.parse(Files.readString(note));
    }
    Path file = store.temporary("bench-" + bytes);
    Digest digest = write(file, bytes);
    store.adoptVerified(file, digest);
    Files.writeString(note, digest.toString());
    return digest;
  }
}
