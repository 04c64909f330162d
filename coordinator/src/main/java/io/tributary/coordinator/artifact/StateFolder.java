package io.tributary.coordinator.artifact;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The one folder that outlives the process, and where each thing lies in it. */
public record StateFolder(Path root) {
  public StateFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** Makes what is missing; an unwritable place is refused by name. */
  public static StateFolder open(Path root, DurableFiles files) {
    var folder = new StateFolder(root);
    try {
      files.createFolder(folder.root());
      for (Path path :
          List.of(
              folder.artifacts(),
              folder.temporary(),
              folder.spool(),
              folder.checkpoints(),
              folder.models())) {
        files.createFolder(path);
      }
      clear(folder.temporary(), files);
    } catch (IOException | FederationException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "state: "
              + folder.root
              + " can't be made or written (expected: a writable folder). Check its owner. "
              + e.getMessage(),
          e);
    }
    return folder;
  }

  /** What a crash left half-written is of no use to anybody. */
  private static void clear(Path temporary, DurableFiles files) throws IOException {
    try (Stream<Path> left = Files.list(temporary)) {
      left.toList().forEach(files::deleteTree);
    }
  }

  /** Bytes that its disk can still take. */
  public long freeBytes() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw DiskFailure.of(root, e);
    }
  }

  /** Files by digest. */
  public Path artifacts() {
    return root.resolve("artifacts");
  }

  /** Where the file of a digest lies or would lie. */
  public Path artifact(Digest digest) {
    return ArtifactStore.path(artifacts(), digest);
  }

  /** Where the finished bytes of an update's group lie or would lie. */
  public Path spooled(AssignmentId id, String group) {
    return Spool.file(spool(), id, group);
  }

  /** Files being written that will become artifacts; on the same file system. */
  public Path temporary() {
    return root.resolve("temporary");
  }

  /** Updates until their round commits: {@code RUN/ROUND/NODE/ATTEMPT/GROUP}. */
  public Path spool() {
    return root.resolve("spool");
  }

  /** One record of provenance a checkpoint: {@code RUN/ROUND.json}. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Base models as folders of links to artifacts, made again when they are missing. */
  public Path models() {
    return root.resolve("models");
  }
}
