package io.tributary.coordinator.artifact;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.ManifestFiles;
import io.tributary.transport.chunk.Beside;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Checkpoints on disk: the trained tensors and the manifest by digest, and beside them a record of
 * provenance for each round of each run. Writing the same checkpoint again changes nothing, so a
 * step repeated after a crash does no harm.
 *
 * <p>Safe for several threads: one lock orders writing and throwing away, since two runs may share
 * the bytes of a checkpoint.
 */
public final class CheckpointStore {
  /** Role of the base model's manifest in a checkpoint's manifest. */
  public static final String BASE = "base";

  /** Role of the trained tensors. */
  public static final String TRAINED = "trained";

  /** Role of the statistics. */
  public static final String STATISTICS = "statistics";

  /** Role of the coordinator's controls. */
  public static final String CONTROL = "control";

  /** The roles of what the server optimizer remembers begin with it. */
  public static final String OPTIMIZER = "server-optimizer/";

  /**
   * A finished file with its entry in the manifest.
   *
   * @param entry of the bytes that were written
   */
  public record Part(Path file, ManifestEntry entry) {
    /** A file that is hashed first. */
    public static Part of(String role, Path file) {
      try {
        return new Part(file, ManifestFiles.entry(role, file));
      } catch (IOException e) {
        throw DiskFailure.of(file, e);
      }
    }
  }

  /**
   * What is known of a checkpoint before its bytes are counted.
   *
   * @param contributors share of each node whose update counted
   */
  public record Origin(
      RoundId round,
      Optional<Digest> parent,
      Digest plan,
      Digest base,
      SortedMap<NodeName, Double> contributors,
      String version,
      Instant time) {}

  private final Path records;
  private final ArtifactStore artifacts;
  private final DurableFiles files;
  private final Failpoints failpoints;
  private final Predicate<Digest> shared;
  private final Map<Digest, Integer> held = new HashMap<>();
  private final Set<Digest> dropped = new HashSet<>();
  private final VerifiedFiles verified = new VerifiedFiles();
  private final Object lock = new Object();

  /** A store whose artifacts are checkpoints only. */
  public CheckpointStore(
      Path records, ArtifactStore artifacts, DurableFiles files, Failpoints failpoints) {
    this(records, artifacts, files, failpoints, digest -> false);
  }

  /**
   * @param records folder of the provenance
   * @param shared whether others need an artifact, so that it stays when no checkpoint does
   */
  public CheckpointStore(
      Path records,
      ArtifactStore artifacts,
      DurableFiles files,
      Failpoints failpoints,
      Predicate<Digest> shared) {
    this.records = records;
    this.shared = shared;
    this.artifacts = artifacts;
    this.files = files;
    this.failpoints = failpoints;
  }

  /**
   * Opens a file for trained tensors that are being made; {@link #store} takes it when it is whole.
   */
  public FileChannel create(Path candidate) throws IOException {
    return files.create(candidate);
  }

  /** The same for a large one, whose bytes are forced while more are made. */
  public CandidateWriter writer(Path candidate) throws IOException {
    return new CandidateWriter(
        create(candidate),
        files.isForcing() ? Optional.of(CandidateWriter.OWN_THREAD) : Optional.empty());
  }

  /** Makes a folder beside the candidates. */
  public Path createFolder(Path folder) {
    files.createFolder(folder);
    return folder;
  }

  /** Throws away a file, or a folder, that did not become a checkpoint, if it is there. */
  public void discard(Path candidate) {
    files.deleteTree(candidate);
  }

  /** As {@link #store(Part, List, Origin)}, of one file that is hashed first. */
  public Provenance store(Path trained, Origin origin) {
    return store(Part.of(TRAINED, trained), List.of(), origin);
  }

  /**
   * Makes finished files a checkpoint; they are moved away. What it wrote is safe from {@link
   * #drop} until {@link #release}.
   *
   * @param beside the files of other roles
   */
  public Provenance store(Part trained, List<Part> beside, Origin origin) {
    try {
      synchronized (lock) {
        List<ManifestEntry> entries = new ArrayList<>();
        entries.add(ManifestFiles.entry(BASE, file(origin.base())));
        Map<Digest, Path> written = new LinkedHashMap<>();
        for (Part part : Stream.concat(Stream.of(trained), beside.stream()).toList()) {
          hold(part.entry.digest());
          entries.add(part.entry);
          written.put(part.entry.digest(), part.file);
        }
        failpoints.reach(Failpoints.CANDIDATE_WRITTEN);
        Manifest manifest = Manifest.of(Manifest.CHECKPOINT, entries);
        byte[] json = utf8(manifest.toJson().canonical());
        Digest digest = Digest.of(json);
        hold(digest);
        var checkpoint =
            new Checkpoint(
                new ArtifactRef(digest, json.length),
                ref(trained),
                find(beside, STATISTICS),
                find(beside, CONTROL),
                optimizer(beside));
        var provenance = provenance(origin, checkpoint);
        // what is forced has an order: no record before the bytes that it names
        var record = Beside.begin(!files.isForcing(), () -> write(provenance));
        try {
          written.put(digest, written(json, digest));
          artifacts.adoptVerified(written);
          failpoints.reach(Failpoints.CANDIDATE_FORCED);
        } catch (Throwable e) {
          record.leave();
          throw e;
        }
        record.end();
        failpoints.reach(Failpoints.CHECKPOINT_FORCED);
        return provenance;
      }
    } catch (IOException e) {
      throw DiskFailure.of(trained.file, e);
    }
  }

  private void write(Provenance provenance) {
    files.write(record(provenance.round()), utf8(provenance.toJson().canonical()));
  }

  private static Optional<ArtifactRef> find(List<Part> beside, String role) {
    return beside.stream()
        .filter(part -> part.entry.path().equals(role))
        .map(CheckpointStore::ref)
        .findFirst();
  }

  private static SortedMap<String, ArtifactRef> optimizer(List<Part> parts) {
    SortedMap<String, ArtifactRef> states = new TreeMap<>();
    for (Part part : parts) {
      if (part.entry.path().startsWith(OPTIMIZER)) {
        states.put(part.entry.path().substring(OPTIMIZER.length()), ref(part));
      }
    }
    return states;
  }

  private static ArtifactRef ref(Part part) {
    return new ArtifactRef(part.entry.digest(), part.entry.size());
  }

  private Path written(byte[] json, Digest digest) throws IOException {
    Path temporary = artifacts.temporary(digest.hex());
    try (FileChannel channel = files.create(temporary)) {
      ByteBuffer rest = ByteBuffer.wrap(json);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
    return temporary;
  }

  /**
   * Makes a checkpoint that is stored already that of another round too. It is safe from {@link
   * #drop} until {@link #release}. Refused with NOT_FOUND where its files are not kept any more,
   * with CORRUPT where they have other bytes than they had.
   *
   * @param source the round that made it
   */
  public Provenance adopt(Checkpoint checkpoint, RoundId source, Origin origin) {
    synchronized (lock) {
      for (Digest digest : digests(checkpoint)) {
        if (artifacts.find(digest).isEmpty()) {
          throw notKept(source);
        }
        verified(digest);
      }
      digests(checkpoint).forEach(this::hold);
      var provenance = provenance(origin, checkpoint);
      try {
        write(provenance);
      } catch (RuntimeException e) {
        release(checkpoint);
        throw e;
      }
      return provenance;
    }
  }

  private static FederationException notKept(RoundId what) {
    return FederationException.of(
        ErrorKind.NOT_FOUND,
        "checkpoint of " + what,
        "not kept",
        "a round that the plan's keep.checkpoints spares",
        "Ask for best or last.");
  }

  /** The record of a round's checkpoint. */
  public Optional<Provenance> find(RoundId round) {
    try {
      return Optional.of(Provenance.parse(Files.readString(record(round))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DiskFailure.of(record(round), e);
    }
  }

  /** The record of a round's checkpoint, whose tensors must be kept still. */
  public Provenance get(RoundId round) {
    return find(round)
        .filter(record -> artifacts.find(record.trained()).isPresent())
        .orElseThrow(() -> notKept(round));
  }

  /**
   * The file of an artifact that must be there with the bytes it was stored with; CORRUPT names it
   * otherwise. Reads the file once while it does not change.
   */
  public Path verified(Digest digest) {
    Path file = file(digest);
    verified.check("artifact", file, digest);
    return file;
  }

  /** Checks a file of the state folder in the same way. */
  public void verify(String what, Path file, Digest digest) {
    verified.check(what, file, digest);
  }

  /** The same for a file that is about to be read for some other purpose. */
  public VerifiedFiles.Check beginCheck(String what, Path file, Digest digest) {
    return verified.begin(what, file, digest);
  }

  /** The file of an artifact that must be there. */
  public Path file(Digest digest) {
    return artifacts
        .find(digest)
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.CORRUPT,
                    "artifact " + digest,
                    "missing in the state folder",
                    "the file " + artifacts.path(digest),
                    "Put it back from a backup."));
  }

  /**
   * Ends the protection that {@link #store} gave: once the journal names the checkpoint, or never
   * will.
   */
  public void release(Checkpoint checkpoint) {
    synchronized (lock) {
      for (Digest digest : digests(checkpoint)) {
        held.computeIfPresent(digest, (key, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /**
   * Throws away artifacts that no run keeps. Those that were written and are not in the journal yet
   * stay, since the same plan run again makes the same bytes, and those that a base model has, too.
   * Records of provenance stay for good.
   */
  public void drop(Set<Digest> digests) {
    synchronized (lock) {
      for (Digest digest : digests) {
        // a long run names all that it ever dropped, each time
        if (!dropped.contains(digest) && !held.containsKey(digest) && !shared.test(digest)) {
          artifacts.delete(digest);
          dropped.add(digest);
        }
      }
    }
  }

  private void hold(Digest digest) {
    dropped.remove(digest);
    held.merge(digest, 1, Integer::sum);
  }

  private static List<Digest> digests(Checkpoint checkpoint) {
    return checkpoint.digests().toList();
  }

  private Path record(RoundId round) {
    return records.resolve(round.run().value()).resolve(round.round() + ".json");
  }

  private static Provenance provenance(Origin origin, Checkpoint checkpoint) {
    return new Provenance(
        origin.round(),
        checkpoint.manifest().digest(),
        checkpoint.manifest().bytes(),
        checkpoint.trained().digest(),
        checkpoint.trained().bytes(),
        checkpoint.statistics(),
        checkpoint.control(),
        checkpoint.optimizer(),
        origin.parent(),
        origin.plan(),
        origin.base(),
        origin.contributors(),
        origin.version(),
        origin.time());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
