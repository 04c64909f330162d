package io.tributary.coordinator.artifact;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.ArtifactStore;
import java.nio.file.Path;
import java.util.Map;

/**
 * Holds files against the digests that name them before they are used: a file is read once in a
 * process's life, and again when its size, time or identity has changed since. Safe for all
 * threads.
 */
public final class VerifiedFiles {
  private static final int REMEMBERED = 16_384;

  /** A file as it was when its digest was right. */
  private record Look(Digest digest, FileLook file) {}

  private final Map<Path, Look> looks = new RecentlyUsed<>(REMEMBERED);

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
    return new Check(what, file, new Look(digest, FileLook.at(file)));
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
}
