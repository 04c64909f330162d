package io.tributary.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCapsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> MODULES =
      List.of(
          "federation",
          "aggregation",
          "certs-dev",
          "transport",
          "training",
          "coordinator",
          "client-node",
          "simulations",
          "cli");

  private static List<Path> all(String kind) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : MODULES) {
      files.addAll(SourceCaps.sources(ROOT.resolve(module), kind));
    }
    return files;
  }

  @Test
  void sources_staySmall() throws IOException {
    List<Path> files = all("main");
    assertTrue(files.size() > 100, "sources found: " + files.size());
    assertEquals("", String.join("\n", SourceCaps.breaches(files)));
    assertEquals("", String.join("\n", SourceCaps.breaches(all("test"))));
  }

  @Test
  void packages_sayWhatLivesInThem() throws IOException {
    assertEquals("", String.join("\n", SourceCaps.packagesWithoutInfo(all("main"))));
  }

  @Test
  void longMethod_bites(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("Long.java");
    Files.writeString(file, "class Long { void run() {\n" + "int a;\n".repeat(60) + "} }\n");
    assertTrue(SourceCaps.breaches(List.of(file)).get(0).endsWith("run has 62 lines"));
  }

  @Test
  void longFile_bites(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("Long.java");
    Files.writeString(file, "class Long {}\n" + "//\n".repeat(500));
    assertTrue(SourceCaps.breaches(List.of(file)).get(0).endsWith("501 lines"));
  }

  @Test
  void manyParameters_bite(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("Many.java");
    Files.writeString(
        file,
        "class Many { void run(int a, int b, int c, int d, int e, int f, int g, int h) {} }\n");
    assertTrue(SourceCaps.breaches(List.of(file)).get(0).endsWith("run has 8 parameters"));
  }

  @Test
  void packageWithoutInfo_bites(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("A.java");
    Files.writeString(file, "class A {}\n");
    assertEquals(List.of(folder.toString()), SourceCaps.packagesWithoutInfo(List.of(file)));
  }
}
