package io.tributary.federation.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryHashTest {
  private static final int CHUNK = ManifestEntry.CHUNK_BYTES;

  /** The rule of a manifest, written out: pieces of 4 MiB, none listed where there is one. */
  private static ManifestEntry expected(byte[] bytes) {
    List<Digest> chunks = new ArrayList<>();
    for (int from = 0; from < bytes.length && bytes.length > CHUNK; from += CHUNK) {
      chunks.add(Digest.of(ByteBuffer.wrap(bytes, from, Math.min(CHUNK, bytes.length - from))));
    }
    return new ManifestEntry("trained", Digest.of(bytes), bytes.length, chunks);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 12_345})
  void entry_bytesInPiecesOfAnySize_isThatOfTheFile(int size) {
    byte[] bytes = new byte[size];
    var random = new Random(size);
    random.nextBytes(bytes);
    for (int largest : List.of(100_000, CHUNK + 7, 3 * CHUNK)) {
      var hash = new EntryHash();
      for (int done = 0; done < size; ) {
        int part = Math.min(size - done, 1 + random.nextInt(largest));
        ByteBuffer piece = ByteBuffer.wrap(bytes, done, part);
        hash.update(piece);
        assertEquals(0, piece.remaining());
        done += part;
      }
      assertEquals(expected(bytes), hash.entry("trained"));
    }
  }
}
