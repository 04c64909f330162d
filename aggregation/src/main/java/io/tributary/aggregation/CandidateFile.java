package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.manifest.ManifestEntry;
import java.util.List;

/**
 * A file that an aggregation wrote.
 *
 * @param digest of all its bytes
 * @param bytes its size
 * @param chunks digests of its pieces, as a manifest lists them
 */
public record CandidateFile(Digest digest, long bytes, List<Digest> chunks) {
  public CandidateFile {
    requireNonNull(digest, "digest");
    chunks = List.copyOf(chunks);
  }

  /** Its entry in a manifest, under a role. */
  public ManifestEntry entry(String role) {
    return new ManifestEntry(role, digest, bytes, chunks);
  }

  static CandidateFile of(ManifestEntry entry) {
    return new CandidateFile(entry.digest(), entry.size(), entry.chunks());
  }
}
