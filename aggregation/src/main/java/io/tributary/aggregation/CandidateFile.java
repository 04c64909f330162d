package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;

/**
 * A file that an aggregation wrote.
 *
 * @param digest of all its bytes
 * @param bytes its size
 */
public record CandidateFile(Digest digest, long bytes) {
  public CandidateFile {
    requireNonNull(digest, "digest");
  }
}
