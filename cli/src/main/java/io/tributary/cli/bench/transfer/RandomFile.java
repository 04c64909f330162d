package io.tributary.cli.bench.transfer;

import io.tributary.federation.Digest;
import io.tributary.transport.artifact.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Files of random bytes, the same for the same size. */
final class RandomFile {
  private static final int BLOCK_BYTES = 1 << 20;

  private RandomFile() {}

  /** Writes a file and gives its digest. */
  static Digest write(Path file, long bytes) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(bytes);
    MessageDigest hash = Digest.sha256();
    byte[] block = new byte[BLOCK_BYTES];
    try (var out = Files.newOutputStream(file)) {
      for (long done = 0; done < bytes; done += block.length) {
        random.nextBytes(block);
        int length = (int) Math.min(block.length, bytes - done);
        hash.update(block, 0, length);
        out.write(block, 0, length);
      }
    }
    return Digest.ofHash(hash.digest());
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
