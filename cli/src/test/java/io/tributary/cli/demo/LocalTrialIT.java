package io.tributary.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.output.Console;
import io.tributary.federation.FederationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the project, each for one round, in processes of their own. */
@Timeout(600)
class LocalTrialIT {
  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();

  /** Two thousand texts a site take minutes; {@link OwnFamilyIT} compiles the other before. */
  private static final List<String> OTHERS = List.of("topics", "own-family");

  @TempDir Path folder = Path.of("");

  static List<String> examples() throws IOException {
    try (Stream<Path> all = Files.list(EXAMPLES)) {
      return all.filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .filter(name -> !OTHERS.contains(name))
          .filter(name -> Files.exists(EXAMPLES.resolve(name).resolve(FederationFile.NAME)))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void run_example_endsWithAModel(String name) throws IOException {
    String bases = Files.readString(EXAMPLES.resolve(name).resolve(FederationFile.NAME));
    assumeTrue(
        !bases.contains("bundled:") || Files.isDirectory(Path.of("target", "dist", "lib", "demo")),
        "the bundled model is collected later in the build; .ci/run tries this example");
    var out = new ByteArrayOutputStream();
    Path work = folder.resolve("work");
    var one = Overrides.of("plan", List.of("federation.rounds=1"), Map.of());
    LocalTrial.run(EXAMPLES.resolve(name), one, folder, work, console(out));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("final digest  sha256:"), text);
    assertTrue(Files.exists(work.resolve("model").resolve("config.json")), text);
  }

  @Test
  void run_folderWithoutPlan_refusedAndNothingLeftRunning() throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("empty")).resolve(FederationFile.NAME),
        "base: x\nsites: {a: {train: {path: a.csv}}}\nheld-out: {selection: b.csv}\n");
    FederationException refused =
        assertThrows(
            FederationException.class,
            () ->
                LocalTrial.run(
                    folder.resolve("empty"),
                    Overrides.none(),
                    folder,
                    folder.resolve("work"),
                    console(new ByteArrayOutputStream())));
    assertTrue(refused.sentence().contains("plan.yaml"), refused.sentence());
    assertFalse(Files.exists(folder.resolve("work")));
  }

  @Test
  void generate_entities_sameFilesAgain() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path source = EXAMPLES.resolve("entities").resolve("Generate.java");
    Process process =
        new ProcessBuilder(java.toString(), source.toString(), folder.toString()).start();
    assertEquals(0, process.waitFor());
    try (Stream<Path> files = Files.list(EXAMPLES.resolve("entities").resolve("data"))) {
      for (Path file : files.toList()) {
        assertArrayEquals(
            Files.readAllBytes(file), Files.readAllBytes(folder.resolve(file.getFileName())));
      }
    }
  }

  private Console console(ByteArrayOutputStream out) {
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Console(new Surroundings(stream, stream, Map.of(), folder, false, 100), false);
  }
}
