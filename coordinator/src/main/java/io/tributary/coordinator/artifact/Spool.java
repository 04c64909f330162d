package io.tributary.coordinator.artifact;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.chunk.ChunkAssembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The updates that wait on disk until their round commits: {@code RUN/ROUND/NODE/ATTEMPT/GROUP},
 * one file a group. Room is reserved for an update before its first byte is taken, so that the
 * spool's limit is never passed and a full disk is met before a transfer, not in it. Safe for
 * several threads.
 */
public final class Spool {
  private static final Pattern GROUP = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int DEPTH_OF_ASSIGNMENTS = 4;

  private final Path root;
  private final DataSize limit;
  private final DurableFiles files;
  private final Map<AssignmentId, Long> reserved = new HashMap<>();
  private long reservedBytes;
  private final HeldUpdates held = new HeldUpdates(HeldUpdates.usualRoom());
  private final KnownDigests digests = new KnownDigests();

  private Spool(Path root, DataSize limit, DurableFiles files) {
    this.root = root;
    this.limit = limit;
    this.files = files;
  }

  /** Opens the spool; what lies in it from before the last stop counts against its limit. */
  public static Spool open(Path root, DataSize limit, DurableFiles files) {
    requireNonNull(limit, "limit");
    var spool = new Spool(requireNonNull(root, "root"), limit, requireNonNull(files, "files"));
    try (Stream<Path> folders = Files.walk(root, DEPTH_OF_ASSIGNMENTS)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        if (root.relativize(folder).getNameCount() == DEPTH_OF_ASSIGNMENTS) {
          spool.note(assignment(root.relativize(folder)), bytes(folder));
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(root, e);
    }
    return spool;
  }

  /**
   * Keeps room for an update; for the same assignment again it changes the room kept. Refused with
   * FULL where there is none, which a later round may change.
   */
  public void reserve(AssignmentId assignment, long bytes) {
    synchronized (reserved) {
      long others = usedBytes() - reserved.getOrDefault(assignment, 0L);
      if (bytes > limit.bytes() - others) {
        throw FederationException.of(
            ErrorKind.FULL,
            "spool",
            others + " bytes used, " + bytes + " more asked for",
            "at most limits.spool, " + limit,
            "Wait for a round to commit, or raise limits.spool at the coordinator.");
      }
      note(assignment, bytes);
    }
  }

  private void note(AssignmentId assignment, long bytes) {
    Long before = reserved.put(assignment, bytes);
    reservedBytes += bytes - (before == null ? 0 : before);
  }

  /** Bytes that are used or kept free for updates under way. */
  public long usedBytes() {
    synchronized (reserved) {
      return reservedBytes;
    }
  }

  /** Where the finished bytes of a group lie, or will. */
  public Path file(AssignmentId assignment, String group) {
    return file(root, assignment, group);
  }

  static Path file(Path root, AssignmentId assignment, String group) {
    return folder(root, assignment).resolve(checked(group) + ".safetensors");
  }

  /** Where the bytes of a group gather until their digest is verified. */
  public Path part(AssignmentId assignment, String group, Digest digest) {
    return folder(assignment).resolve(checked(group) + "." + digest.hex() + ".part");
  }

  /** How many bytes of a group with this digest are stored. */
  public long stored(AssignmentId assignment, String group, Digest digest, long size) {
    return holds(assignment, group, digest)
        ? size
        : ChunkAssembler.stored(part(assignment, group, digest), size);
  }

  /**
   * Whether the finished bytes of a group with this digest are stored; reads them where this
   * process has not seen them before.
   */
  public boolean holds(AssignmentId assignment, String group, Digest digest) {
    Path file = file(assignment, group);
    return Files.isRegularFile(file) && digests.of(file).equals(digest);
  }

  /**
   * Takes up finished bytes of a process that died: their name may not have been forced. To be
   * called before they are receipted.
   */
  public void adopt(AssignmentId assignment) {
    Path folder = folder(assignment);
    files.createFolder(folder);
    files.forceFolder(folder);
  }

  /**
   * Opens a group's bytes for writing from a position on; those before it are still to be hashed,
   * which takes long and is not done here, where others wait. What was stored of the group under
   * other digests is thrown away. Refused with STALE where no room is reserved: the round was
   * cleared, and nobody would clear it again.
   */
  public ChunkAssembler assemble(
      AssignmentId assignment, String group, Digest digest, long size, long from) {
    synchronized (reserved) {
      requireRoom(assignment);
      return open(assignment, group, digest, size, from);
    }
  }

  private void requireRoom(AssignmentId assignment) {
    if (!reserved.containsKey(assignment)) {
      throw FederationException.of(
          ErrorKind.STALE,
          "assignment " + assignment,
          "over",
          "an assignment whose round is open",
          "Throw the update away and wait for the next assignment.");
    }
  }

  private ChunkAssembler open(
      AssignmentId assignment, String group, Digest digest, long size, long from) {
    Path part = part(assignment, group, digest);
    Path folder = folder(assignment);
    files.makeFolder(folder); // forced with the update that comes to lie in it
    try (Stream<Path> others = Files.list(folder)) {
      String prefix = checked(group) + ".";
      others
          .filter(path -> path.getFileName().toString().startsWith(prefix) && !path.equals(part))
          .forEach(files::delete);
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    return ChunkAssembler.open(files, part, digest, size, from);
  }

  /** Makes verified bytes the finished file of a group: forced, renamed, folder forced. */
  public void publish(AssignmentId assignment, String group, Digest digest, Path verified) {
    Path file = file(assignment, group);
    files.publish(verified, file);
    digests.know(file, digest);
  }

  /**
   * Takes a whole update of a peer in this process, for which room must be reserved. Where nothing
   * is forced it stays in memory while there is room, and a file holds it otherwise.
   *
   * @param groups bytes of each group, which nobody changes from now on
   */
  public void keep(AssignmentId assignment, Map<String, byte[]> groups) {
    groups.keySet().forEach(Spool::checked);
    synchronized (reserved) {
      requireRoom(assignment);
      if (!files.isForcing() && held.keep(assignment, groups)) {
        return;
      }
      files.createFolder(folder(assignment));
      groups.forEach((group, bytes) -> files.write(file(assignment, group), bytes));
    }
  }

  /** The bytes of a group that lie in memory, as they were when their digest was taken. */
  public Optional<ByteSource> held(AssignmentId assignment, String group) {
    return held.find(assignment, group);
  }

  private static String checked(String group) {
    if (!GROUP.matcher(group).matches()) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "group name",
          "\"" + group.substring(0, Math.min(group.length(), 64)) + "\"",
          "lower-case letters, digits and -",
          "Send the groups that the assignment names.");
    }
    return group;
  }

  /** Throws away what this round and those before it left. */
  public void clear(RoundId upTo) {
    synchronized (reserved) {
      List<RoundId> rounds =
          reserved.keySet().stream()
              .map(AssignmentId::round)
              .filter(round -> round.run().equals(upTo.run()) && round.compareTo(upTo) <= 0)
              .distinct()
              .toList();
      for (RoundId round : rounds) {
        held.drop(round);
        if (Files.exists(folder(round))) {
          files.deleteTree(folder(round));
        }
      }
      reserved.keySet().removeIf(assignment -> rounds.contains(assignment.round()));
      reservedBytes = reserved.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Throws away what these assignments left. */
  public void clear(Set<AssignmentId> over) {
    synchronized (reserved) {
      for (AssignmentId assignment : over) {
        Long bytes = reserved.remove(assignment);
        if (bytes != null) {
          reservedBytes -= bytes;
          held.drop(assignment);
          Path folder = folder(assignment);
          if (Files.exists(folder)) {
            files.deleteTree(folder);
          }
        }
      }
    }
  }

  private Path folder(RoundId round) {
    return root.resolve(round.run().value()).resolve(Integer.toString(round.round()));
  }

  private Path folder(AssignmentId assignment) {
    return folder(root, assignment);
  }

  private static Path folder(Path root, AssignmentId assignment) {
    return root.resolve(assignment.round().run().value())
        .resolve(Integer.toString(assignment.round().round()))
        .resolve(assignment.node().value())
        .resolve(Integer.toString(assignment.attempt()));
  }

  private static AssignmentId assignment(Path relative) {
    var round =
        new RoundId(
            new RunId(relative.getName(0).toString()),
            Integer.parseInt(relative.getName(1).toString()));
    return new AssignmentId(
        round,
        Integer.parseInt(relative.getName(3).toString()),
        new NodeName(relative.getName(2).toString()));
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      long sum = 0;
      for (Path file : files.toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}
