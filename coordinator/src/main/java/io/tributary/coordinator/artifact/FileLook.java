package io.tributary.coordinator.artifact;

import io.tributary.transport.artifact.DiskFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** What tells without reading it whether a file may have changed: size, time and identity. */
record FileLook(long size, FileTime modified, Optional<Object> identity) {
  static FileLook at(Path file) {
    try {
      var found = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileLook(
          found.size(), found.lastModifiedTime(), Optional.ofNullable(found.fileKey()));
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }
}
