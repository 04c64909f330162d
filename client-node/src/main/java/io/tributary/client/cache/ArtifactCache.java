package io.tributary.client.cache;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Content-addressed cache with a size limit. Single files lie in an {@link ArtifactStore}; base
 * models lie as whole folders in {@code models/}, as the worker wants them. When the limit is
 * passed, what was used longest ago goes first, and never what is in use: the limit may be passed
 * for as long as that takes. Single files are not forced: one that a loss of power damaged does not
 * have its digest when it is wanted, and is fetched again. A model's folder is looked at once in a
 * process's life, so it and its files are on the disk before it gets its name. Safe for several
 * threads; one process opens a folder.
 */
public final class ArtifactCache {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);

  private final ArtifactStore store;
  private final DurableFiles files;
  private final CacheUnits units;
  private final Path models;
  private final long limitBytes;
  private final InstantSource clock;
  private final Map<Digest, Integer> holds = new HashMap<>();
  private final Set<Digest> verified = new HashSet<>();

  /* Units and their bytes when all were looked through last, and those used since. A sum that is too large is mended by
   * the next look; every file comes with a use. */
  private final Set<Digest> counted = new HashSet<>();
  private long countedBytes;

  private ArtifactCache(
      ArtifactStore store, Path folder, DataSize limit, DurableFiles files, InstantSource clock) {
    this.store = requireNonNull(store, "store");
    this.files = requireNonNull(files, "files");
    this.models = folder.resolve("models");
    this.units = new CacheUnits(folder.resolve("sha256"), models, files);
    this.limitBytes = limit.bytes();
    this.clock = requireNonNull(clock, "clock");
  }

  /** Opens a folder, which is made where it is missing; half-made models of a crash are removed. */
  public static ArtifactCache open(
      Path folder, DataSize limit, DurableFiles files, InstantSource clock) {
    try {
      var cache =
          new ArtifactCache(
              ArtifactStore.open(folder, files.withoutForcing()), folder, limit, files, clock);
      files.createFolder(cache.models);
      cache.units.removeHalfMade();
      cache.trim();
      return cache;
    } catch (FederationException e) {
      throw failure(folder, e);
    }
  }

  /** Where single files lie; what is put there counts for the limit. */
  public ArtifactStore store() {
    return store;
  }

  /** Starts a use: what it holds stays until it is closed. */
  public Use use() {
    return new Use();
  }

  /** Bytes on the disk now. */
  public synchronized long bytes() {
    return units.list().stream().mapToLong(CacheUnits.Unit::bytes).sum();
  }

  /** Evicts, oldest use first, until the limit holds or all that is left is in use. */
  public synchronized void trim() {
    List<CacheUnits.Unit> all = new ArrayList<>(units.list());
    all.sort(
        Comparator.comparing(CacheUnits.Unit::lastUsed).thenComparing(CacheUnits.Unit::digest));
    counted.clear();
    countedBytes = 0;
    all.forEach(unit -> count(unit.digest(), unit.bytes()));
    for (CacheUnits.Unit unit : all) {
      if (countedBytes <= limitBytes) {
        return;
      }
      if (!holds.containsKey(unit.digest())) {
        units.remove(unit);
        counted.remove(unit.digest());
        countedBytes -= unit.bytes();
        LOG.debug("evicted {} of {} bytes", unit.digest(), unit.bytes());
      }
    }
  }

  private void countWhatIsThere(Digest digest) {
    if (!counted.contains(digest)) {
      Path place = store.find(digest).orElseGet(() -> folderOf(digest));
      CacheUnits.unit(place).ifPresent(unit -> count(digest, unit.bytes()));
    }
  }

  private void count(Digest digest, long bytes) {
    if (counted.add(digest)) {
      countedBytes += bytes;
    }
  }

  private synchronized void hold(Digest digest) {
    holds.merge(digest, 1, Integer::sum);
    store.find(digest).ifPresent(this::touch);
    countWhatIsThere(digest);
  }

  /** Looks through the folders only where the limit may be passed: they grow with every round. */
  private synchronized void release(List<Digest> digests) {
    for (Digest digest : digests) {
      holds.compute(digest, (key, count) -> count == null || count == 1 ? null : count - 1);
      countWhatIsThere(digest); // it may have come since it was held
    }
    if (countedBytes > limitBytes) {
      trim();
    }
  }

  private void touch(Path path) {
    try {
      Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
    } catch (IOException e) {
      LOG.debug("the time of use of {} can't be set", path, e);
    }
  }

  private Path folderOf(Digest manifest) {
    return models.resolve(manifest.hex());
  }

  private synchronized Path assemble(Manifest manifest) throws IOException {
    Path target = folderOf(manifest.digest());
    if (Files.isDirectory(target)) {
      return target;
    }
    Path half = models.resolve(manifest.digest().hex() + CacheUnits.HALF_MADE);
    files.deleteTree(half);
    files.createFolder(half);
    Set<Path> folders = new TreeSet<>();
    for (ManifestEntry entry : manifest.entries()) {
      Path file = half.resolve(entry.path());
      Path parent = requireNonNull(file.getParent(), "parent");
      files.createFolder(parent);
      folders.add(parent);
      linkOrCopy(stored(entry), file);
      files.force(file);
    }
    // a model whose folder has its name is taken as whole
    folders.forEach(files::forceFolder);
    files.publishFolder(half, target);
    touch(target);
    for (ManifestEntry entry : manifest.entries()) {
      store.delete(entry.digest());
    }
    return target;
  }

  private Path stored(ManifestEntry entry) {
    return store
        .find(entry.digest())
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "cache",
                    "no file " + entry.path(),
                    "all files of the base model",
                    "It is fetched again with the next assignment."));
  }

  /** A hard link costs nothing; file systems without them get a copy. */
  private void linkOrCopy(Path from, Path to) throws IOException {
    try {
      files.link(to, from);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      files.copy(from, to);
    }
  }

  /**
   * Whether every file of a model has the bytes of its digest, looked at once in a process's life;
   * what has not is thrown away, to be fetched again.
   */
  private synchronized boolean whole(Manifest manifest, Path model) {
    if (verified.contains(manifest.digest())) {
      return true;
    }
    for (ManifestEntry entry : manifest.entries()) {
      Path file = model.resolve(entry.path());
      if (!Files.isRegularFile(file) || !ArtifactStore.hash(file).equals(entry.digest())) {
        LOG.warn("{} has other bytes than its digest says; the model is fetched again", file);
        files.deleteTree(model);
        return false;
      }
    }
    verified.add(manifest.digest());
    return true;
  }

  private static FederationException failure(Path folder, Exception e) {
    return new FederationException(
        ErrorKind.FULL,
        "cache: "
            + folder
            + " can't be used: "
            + e.getMessage()
            + " (expected: a writable folder). Free space or mend its rights.",
        e);
  }

  /** One task's use of the cache. Confined to its thread. */
  public final class Use implements AutoCloseable {
    private final List<Digest> held = new ArrayList<>();

    private Use() {}

    /** Keeps a file, there already or still to come, until the use is closed. */
    public void hold(Digest digest) {
      held.add(digest);
      ArtifactCache.this.hold(digest);
    }

    /** The folder of a base model, if it is complete; held from now on. */
    public Optional<Path> folder(Manifest manifest) {
      hold(manifest.digest());
      Path folder = folderOf(manifest.digest());
      if (!Files.isDirectory(folder) || !whole(manifest, folder)) {
        return Optional.empty();
      }
      touch(folder);
      return Optional.of(folder);
    }

    /** Makes the folder of a base model from its files, which must all be stored. */
    public Path assemble(Manifest manifest) {
      hold(manifest.digest());
      try {
        return ArtifactCache.this.assemble(manifest);
      } catch (IOException e) {
        throw failure(models, e);
      }
    }

    @Override
    public void close() {
      release(held);
      held.clear();
    }
  }
}
