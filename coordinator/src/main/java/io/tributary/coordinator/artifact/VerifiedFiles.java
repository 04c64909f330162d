package io.tributary.coordinator.artifact;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DiskFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Holds files against the digests that name them before they are used: a file is read once in a
 * process's life, and again when its size, time or identity has changed since. Safe for all
 * threads.
 */
public final class VerifiedFiles {
  private static final int REMEMBERED = 16_384;

  /** A file as it was when its digest was right. */
  private record Look(Digest digest, long size, FileTime modified, Optional<Object> identity) {}

  private final Map<Path, Look> looks =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Look> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** A check of one file that is being read for some other purpose too. */
  public final class Check {
    private final String what;
    private final Path file;
    private final Look before;

    private Check(String what, Path file, Look before) {
      this.what = what;
      this.file = file;
      this.before = before;
    }

    /** Whether the file was right before and has not changed since; it need not be read then. */
    public boolean isKnown() {
      return remembered(file, before);
    }

    /** Ends the check with the digest that was found; CORRUPT where it is another one. */
    public void end(Digest found) {
      if (!found.equals(before.digest())) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            what + " " + file,
            found,
            before.digest() + ", the bytes that were stored",
            "Put the file back from a backup; `coordinator check` tells what else is damaged.");
      }
      remember(file, before);
    }
  }

  /** Looks at a file before its first byte is read. */
  public Check begin(String what, Path file, Digest digest) {
    return new Check(what, file, look(file, digest));
  }

  /** Refused with CORRUPT, naming the file, where its bytes are not those of the digest. */
  public void check(String what, Path file, Digest digest) {
    Check check = begin(what, file, digest);
    if (!check.isKnown()) {
      check.end(ArtifactStore.hash(file));
    }
  }

  private synchronized boolean remembered(Path file, Look look) {
    return look.equals(looks.get(file));
  }

  private synchronized void remember(Path file, Look look) {
    looks.put(file, look);
  }

  private static Look look(Path file, Digest digest) {
    try {
      var found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Look(
          digest, found.size(), found.lastModifiedTime(), Optional.ofNullable(found.fileKey()));
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }
}
