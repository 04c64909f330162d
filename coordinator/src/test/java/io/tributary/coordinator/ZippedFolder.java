package io.tributary.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A folder as one file among the test's resources. */
final class ZippedFolder {
  private ZippedFolder() {}

  /** Writes the files below a folder, in the order of their names and without times. */
  static void write(Path folder, Path zip) throws IOException {
    Files.createDirectories(zip.getParent());
    try (var out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted().toList()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        boolean inside = Files.isDirectory(path);
        if (!name.isEmpty()) {
          var entry = new ZipEntry(inside ? name + "/" : name);
          entry.setTime(0);
          out.putNextEntry(entry);
          if (!inside) {
            Files.copy(path, out);
          }
        }
      }
    }
  }

  /** Unpacks the state folder of a released version. */
  static void golden(String version, Path state) throws IOException {
    String name = "/golden/state/" + version + "/state.zip";
    try (InputStream zip =
        Objects.requireNonNull(ZippedFolder.class.getResourceAsStream(name), name)) {
      read(zip, state);
    }
  }

  static void read(InputStream zip, Path folder) throws IOException {
    try (var in = new ZipInputStream(zip)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
          throw new IOException("leaves the folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(in, path);
        }
      }
    }
  }
}
