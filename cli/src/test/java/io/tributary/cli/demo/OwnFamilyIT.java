package io.tributary.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A family of models that a user brings on the class path, in processes of their own. */
@Timeout(600)
class OwnFamilyIT {
  private static final Path EXAMPLE =
      Path.of("..", "examples", "own-family").toAbsolutePath().normalize();

  @TempDir Path folder = Path.of("");

  /** As the example's README has it. */
  private Path compiled() throws IOException {
    Path own = folder.resolve("own");
    Path source = EXAMPLE.resolve("src");
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                own.toString(),
                source.resolve("example/BagOfWordsFamily.java").toString());
    assertEquals(0, failed);
    for (String name :
        List.of(
            "example/bag_of_words.py",
            "META-INF/services/io.tributary.training.model.ModelFamily")) {
      Files.createDirectories(own.resolve(name).resolve("..").normalize());
      Files.copy(source.resolve(name), own.resolve(name));
    }
    return own;
  }

  @Test
  void local_familyOnTheClassPath_trainsAndIsExported() throws Exception {
    Path work = folder.resolve("work");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + compiled(),
                "io.tributary.cli.Tributary",
                "local",
                EXAMPLE.toString(),
                "--set",
                "federation.rounds=1",
                "--keep",
                work.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    assertTrue(process.waitFor(500, TimeUnit.SECONDS), "ends");
    String out = Files.readString(folder.resolve("out"), UTF_8);
    assertEquals(0, process.exitValue(), out);
    assertTrue(out.contains("final digest"), out);
    try (Stream<Path> files = Files.list(work.resolve("model"))) {
      assertTrue(files.anyMatch(file -> file.endsWith("config.json")), out);
    }
  }
}
