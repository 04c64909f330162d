package io.tributary.client.cache;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be evicted from a cache: single files and whole model folders, by digest. */
record CacheUnits(Path shelves, Path models, DurableFiles files) {
  /** Ends the names of folders that are being made. */
  static final String HALF_MADE = ".half";

  /** A file or folder with its bytes and the time of its last use. */
  record Unit(Digest digest, Path path, long bytes, Instant lastUsed) {}

  List<Unit> list() {
    List<Unit> units = new ArrayList<>();
    for (Path shelf : children(shelves)) {
      for (Path file : children(shelf)) {
        unit(file).ifPresent(units::add);
      }
    }
    for (Path model : children(models)) {
      unit(model).ifPresent(units::add);
    }
    return units;
  }

  /** A model loses its name before its files: what has the name is taken as whole. */
  void remove(Unit unit) {
    if (Files.isDirectory(unit.path())) {
      Path half = models.resolve(unit.digest().hex() + HALF_MADE);
      files.deleteTree(half);
      files.publishFolder(unit.path(), half);
      files.deleteTree(half);
    } else {
      files.delete(unit.path());
    }
  }

  void removeHalfMade() {
    for (Path model : children(models)) {
      if (model.toString().endsWith(HALF_MADE)) {
        files.deleteTree(model);
      }
    }
  }

  /** What lies at a path; empty where it is none, or nothing is there. */
  static Optional<Unit> unit(Path path) {
    try {
      var digest = new Digest(String.valueOf(path.getFileName()));
      return Optional.of(
          new Unit(digest, path, bytes(path), Files.getLastModifiedTime(path).toInstant()));
    } catch (FederationException | NoSuchFileException e) {
      return Optional.empty(); // not a unit, such as a transfer under way, or just gone
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(Path path) throws IOException {
    long total = 0;
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        total += Files.size(file);
      }
    }
    return total;
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
