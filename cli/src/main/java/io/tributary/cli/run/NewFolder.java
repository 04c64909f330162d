package io.tributary.cli.run;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder of its own for what a command leaves. */
public final class NewFolder {
  private NewFolder() {}

  /**
   * Makes the folder, and those above it; one that holds something is refused with ALREADY_EXISTS.
   *
   * @param folders below it that are made too
   */
  public static void make(Path folder, String... folders) {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw FederationException.of(
              ErrorKind.ALREADY_EXISTS, "folder", folder, "a new or empty one", "Choose another.");
        }
      }
      for (String below : folders) {
        Files.createDirectories(folder.resolve(below));
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          folder + ": can't be made (expected: a writable folder). Choose another.",
          e);
    }
  }
}
