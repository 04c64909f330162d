package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import java.nio.file.Path;

/** A file that is to be sent, with the digest and size (bytes) that it must have. */
public record StoredFile(Path file, Digest digest, long size) {
  public StoredFile {
    requireNonNull(file, "file");
    requireNonNull(digest, "digest");
  }
}
