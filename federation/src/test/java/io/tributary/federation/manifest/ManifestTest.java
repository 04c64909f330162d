package io.tributary.federation.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final Digest DIGEST = Digest.ofUtf8("x");

  private static ManifestEntry entry(String path) {
    return new ManifestEntry(path, DIGEST, 1, List.of());
  }

  @Test
  void digest_ignoresTheOrderOfEntries() {
    var one = Manifest.of(Manifest.FOLDER, List.of(entry("b"), entry("a/c")));
    var other = Manifest.of(Manifest.FOLDER, List.of(entry("a/c"), entry("b")));
    assertEquals(one.digest(), other.digest());
    assertEquals(one, Manifest.parse(one.toJson().canonical()));
    assertEquals(2, one.totalBytes());
  }

  @Test
  void chunks_mustFitTheSize() {
    long twoChunks = ManifestEntry.CHUNK_BYTES + 1L;
    new ManifestEntry("a", DIGEST, twoChunks, List.of(DIGEST, DIGEST));
    assertThrows(
        FederationException.class, () -> new ManifestEntry("a", DIGEST, twoChunks, List.of()));
    assertThrows(
        FederationException.class, () -> new ManifestEntry("a", DIGEST, 1, List.of(DIGEST)));
    assertThrows(FederationException.class, () -> new ManifestEntry("a", DIGEST, -1, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/../b", "..", "./a", "a//b", "a\\b", "a/", "a\0b"})
  void path_thatCouldLeaveTheFolder_refused(String path) {
    assertThrows(FederationException.class, () -> entry(path));
  }

  @Test
  void path_twice_refused() {
    assertThrows(
        FederationException.class,
        () -> Manifest.of(Manifest.FOLDER, List.of(entry("a"), entry("a"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"kind\":\"tape\",\"entries\":[]}",
        "{\"kind\":\"folder\",\"entries\":{}}",
        "{\"kind\":\"folder\",\"entries\":[{\"path\":\"a\"}]}",
        "{\"kind\":\"folder\",\"entries\":[{\"path\":\"a\",\"digest\":\"x\",\"size\":1,\"chunks\":[]}]}"
      })
  void parse_malformed_refused(String json) {
    assertThrows(FederationException.class, () -> Manifest.parse(json));
  }
}
