package io.tributary.coordinator.artifact;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DiskFailure;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Base models: manifests and files by digest, shown as the folders that model code opens. A folder
 * holds links to the artifacts and can be made again at any time.
 */
public final class BaseModels {
  private final Path folders;
  private final ArtifactStore artifacts;
  private final DurableFiles files;
  private final VerifiedFiles verified = new VerifiedFiles();

  /** Digests of the files of each model, by the name of its folder. */
  private final Map<String, Set<Digest>> contents = new ConcurrentHashMap<>();

  public BaseModels(Path folders, ArtifactStore artifacts, DurableFiles files) {
    this.folders = folders;
    this.artifacts = artifacts;
    this.files = files;
  }

  /** Stores a manifest whose files are all stored already, and gives its folder. */
  public Path store(Manifest manifest) {
    if (!manifest.kind().equals(Manifest.FOLDER) || manifest.entries().isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "base manifest",
          manifest.kind() + " of " + manifest.entries().size() + " files",
          "a folder of one file or more",
          "Name the model's folder in the plan.");
    }
    for (ManifestEntry entry : manifest.entries()) {
      stored(entry);
    }
    artifacts.put(manifest.toJson().canonical().getBytes(StandardCharsets.UTF_8));
    return folder(manifest.digest());
  }

  /** The manifest of a stored base model. */
  public Manifest manifest(Digest digest) {
    return Manifest.parse(new String(artifacts.read(digest), StandardCharsets.UTF_8));
  }

  /**
   * The folder of a stored base model; links that are missing are made. Refused with CORRUPT where
   * a file has other bytes than it had.
   */
  public Path folder(Digest digest) {
    Path folder = folders.resolve(digest.hex());
    try {
      for (ManifestEntry entry : manifest(digest).entries()) {
        Path link = folder.resolve(entry.path()).normalize();
        if (!link.startsWith(folder)) {
          throw new IllegalStateException("manifest paths are checked when they are read");
        }
        files.createFolder(requireNonNull(link.getParent(), "a file has a folder"));
        Path file = stored(entry);
        verified.check("base model", file, entry.digest());
        link(link, file);
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    return folder;
  }

  /**
   * Whether a base model has a file with these bytes. A run's first checkpoint may have the same:
   * that of a language model is the model itself.
   */
  public boolean holds(Digest file) {
    try (Stream<Path> all = Files.list(folders)) {
      return all.map(folder -> folder.getFileName().toString())
          .anyMatch(name -> contents.computeIfAbsent(name, this::digests).contains(file));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw DiskFailure.of(folders, e);
    }
  }

  private Set<Digest> digests(String hex) {
    return manifest(Digest.parse("sha256:" + hex)).entries().stream()
        .map(ManifestEntry::digest)
        .collect(Collectors.toSet());
  }

  private Path stored(ManifestEntry entry) {
    return artifacts
        .find(entry.digest())
        .orElseThrow(
            () ->
                missing(
                    "file " + entry.path() + " of the base model",
                    entry.digest(),
                    "Send it with Artifacts.Put first."));
  }

  private void link(Path link, Path target) throws IOException {
    try {
      files.link(link, target);
    } catch (FileAlreadyExistsException e) {
      // made before; artifacts never change
    } catch (UnsupportedOperationException e) {
      files.copy(target, link);
    }
  }

  private static FederationException missing(String what, Digest digest, String remedy) {
    return FederationException.of(
        ErrorKind.NOT_FOUND, what, digest + " is not stored", "a stored file", remedy);
  }
}
