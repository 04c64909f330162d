package io.tributary.federation.manifest;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;

/**
 * One file of a manifest.
 *
 * @param path relative path with forward slashes, or a role such as {@code trained}
 * @param size bytes
 * @param chunks digests of the pieces of {@value #CHUNK_BYTES} bytes, the last one shorter; empty
 *     for small files of one piece
 */
public record ManifestEntry(String path, Digest digest, long size, List<Digest> chunks) {
  /** Bytes of one piece. */
  public static final int CHUNK_BYTES = 4 << 20;

  private static final int LONGEST_PATH = 512;

  public ManifestEntry {
    requireNonNull(digest, "digest");
    chunks = List.copyOf(chunks);
    if (!isSafe(path)) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          "manifest path",
          "\"" + path + "\"",
          "a relative path without . or ..",
          "Make it anew.");
    }
    long pieces = size <= CHUNK_BYTES ? 0 : (size + CHUNK_BYTES - 1) / CHUNK_BYTES;
    if (size < 0 || chunks.size() != pieces) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          "manifest entry " + path,
          size + " bytes in " + chunks.size() + " chunks",
          pieces + " chunks of 4 MiB",
          "Make it anew.");
    }
  }

  private static boolean isSafe(String path) {
    if (path.isEmpty()
        || path.length() > LONGEST_PATH
        || path.contains("\\")
        || path.indexOf('\0') >= 0) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
