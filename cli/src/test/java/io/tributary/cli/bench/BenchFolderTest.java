package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchFolderTest {
  @TempDir private Path temp;
  private final List<Path> stays = new ArrayList<>();

  private static void writeInto(Path folder) {
    try {
      Files.createDirectories(folder.resolve("state/deep"));
      Files.writeString(folder.resolve("state/deep/file"), "x");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void use_temporaryAndWell_isRemoved() {
    List<Path> used = new ArrayList<>();
    BenchFolder.use(
        Optional.empty(),
        folder -> {
          writeInto(folder);
          return used.add(folder);
        },
        stays::add);
    assertFalse(Files.exists(used.get(0)));
    assertEquals(List.of(), stays);
  }

  @Test
  void use_temporaryAndFailed_staysAndIsNamed() {
    assertThrows(
        IllegalStateException.class,
        () ->
            BenchFolder.use(
                Optional.empty(),
                folder -> {
                  throw new IllegalStateException("it failed");
                },
                stays::add));
    assertTrue(Files.exists(stays.get(0)));
    BenchFolder.remove(stays.get(0));
  }

  @Test
  void use_keptAndFailed_staysUnnamed() {
    BenchFolder.use(Optional.of(temp), folder -> false, stays::add);
    assertTrue(Files.exists(temp));
    assertEquals(List.of(), stays);
  }

  @Test
  void removeAtLast_whileAnotherStillWrites_isGoneAtTheEnd() throws Exception {
    Path folder = temp.resolve("bench");
    writeInto(folder);
    var writer =
        new Thread(
            () -> {
              for (int i = 0; i < 200 && Files.exists(folder); i++) {
                try {
                  Files.writeString(folder.resolve("state/deep/more-" + i), "x");
                } catch (IOException e) {
                  return;
                }
              }
            });
    writer.start();
    BenchFolder.removeAtLast(folder);
    writer.join();
    assertFalse(Files.exists(folder));
  }
}
