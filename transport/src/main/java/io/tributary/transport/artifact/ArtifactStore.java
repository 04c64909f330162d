package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.chunk.ChunkAssembler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of immutable files, each under the digest of its bytes: {@code sha256/ab/abcd…}; files
 * on their way in lie in {@code incoming}. Nothing gets a digest's name before its bytes were
 * verified and forced. Safe for all threads.
 */
public final class ArtifactStore {
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path folder;
  private final DurableFiles files;

  private ArtifactStore(Path folder, DurableFiles files) {
    this.folder = requireNonNull(folder, "folder");
    this.files = requireNonNull(files, "files");
  }

  /** Opens a folder, made where it is missing. */
  public static ArtifactStore open(Path folder, DurableFiles files) {
    files.createFolder(folder.resolve("sha256"));
    files.createFolder(folder.resolve("incoming"));
    return new ArtifactStore(folder, files);
  }

  /** Where the file of a digest lies or would lie. */
  public Path path(Digest digest) {
    return path(folder, digest);
  }

  /** The same for a store's folder that is only looked at. */
  public static Path path(Path folder, Digest digest) {
    return folder.resolve("sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  /** The file of a digest, if it is stored. */
  public Optional<Path> find(Digest digest) {
    Path path = path(digest);
    return Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
  }

  /** The file of a digest; NOT_FOUND names the digest. */
  public Path get(Digest digest) {
    return find(digest)
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND, "artifact", digest, "a stored one", "Check the digest."));
  }

  /** Where a transfer of a digest puts its bytes until they are verified. */
  public Path part(Digest digest) {
    return folder.resolve("incoming").resolve(digest.hex() + ".part");
  }

  /**
   * Takes a file's bytes from a position on; ends in {@link #adoptVerified}.
   *
   * @param size bytes of the whole
   * @param from where the sender goes on, at most what is stored
   */
  public ChunkAssembler assemble(Digest digest, long size, long from) {
    return ChunkAssembler.open(files, part(digest), digest, size, from);
  }

  /** Takes a file's bytes from where an earlier try ended. */
  public ChunkAssembler resume(Digest digest, long size) {
    return ChunkAssembler.resume(files, part(digest), digest, size);
  }

  /** A name in the store's own file system for a file that is still to be written and adopted. */
  public Path temporary(String name) {
    return folder.resolve("incoming").resolve(name + ".new");
  }

  /** Verifies a file, forces it and moves it in; a wrong digest is CORRUPT and leaves it. */
  public Path adopt(Path temporary, Digest digest) {
    Digest found = hash(temporary);
    if (!found.equals(digest)) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          "file " + temporary.getFileName(),
          found,
          digest.toString(),
          "Get it again.");
    }
    return adoptVerified(temporary, digest);
  }

  /** Forces a file whose bytes were hashed while they were written, and moves it in. */
  public Path adoptVerified(Path temporary, Digest digest) {
    Path path = path(digest);
    if (Files.isRegularFile(path)) {
      makeSure(path);
      files.delete(temporary);
      return path;
    }
    files.publish(temporary, path);
    return path;
  }

  /** The same for several files, with fewer waits for the disk. */
  public void adoptVerified(Map<Digest, Path> temporaries) {
    List<DurableFiles.Finished> fresh = new ArrayList<>();
    temporaries.forEach(
        (digest, temporary) -> {
          if (find(digest).isPresent()) {
            adoptVerified(temporary, digest);
          } else {
            fresh.add(new DurableFiles.Finished(temporary, path(digest)));
          }
        });
    files.publish(fresh);
  }

  /** A process that died may have renamed a file in and not forced its name. */
  private void makeSure(Path path) {
    Path shelf = requireNonNull(path.getParent());
    files.createFolder(shelf);
    files.forceFolder(shelf);
  }

  /** Stores bytes under their digest. */
  public Digest put(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    Optional<Path> there = find(digest);
    if (there.isPresent()) {
      makeSure(there.get());
    } else {
      files.write(path(digest), bytes);
    }
    return digest;
  }

  /** The bytes of a small artifact, verified again. */
  public byte[] read(Digest digest) {
    Path path = get(digest);
    try {
      byte[] bytes = Files.readAllBytes(path);
      if (!Digest.of(bytes).equals(digest)) {
        throw damaged(path);
      }
      return bytes;
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }

  /** Hashes a stored file again; a difference is CORRUPT and names the file. */
  public void verify(Digest digest) {
    Path path = get(digest);
    if (!hash(path).equals(digest)) {
      throw damaged(path);
    }
  }

  private static FederationException damaged(Path path) {
    return FederationException.of(
        ErrorKind.CORRUPT,
        "artifact",
        path + " has other bytes",
        "those of its name",
        "Restore it or remove it.");
  }

  /** Removes an artifact if it is there. */
  public void delete(Digest digest) {
    files.delete(path(digest));
  }

  /** Every stored digest, sorted. */
  public List<Digest> digests() {
    try (Stream<Path> paths = Files.walk(folder.resolve("sha256"), 2)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}"))
          .map(Digest::new)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /** The digest of a file's bytes. */
  public static Digest hash(Path file) {
    MessageDigest hash = Digest.sha256();
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      // at least a byte, which tells the end of a file
      int bytes = (int) Math.min(Math.max(channel.size(), 1), BLOCK_BYTES);
      ByteBuffer block = ByteBuffer.allocate(bytes);
      while (channel.read(block) >= 0) {
        hash.update(block.flip());
        block.clear();
      }
      return Digest.ofHash(hash.digest());
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }
}
