package io.tributary.cli.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.cli.Tributary;
import io.tributary.federation.FederationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that may open few files only. */
class OpenFilesIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"coordinator", "node"})
  void run_smallLimitOfARealProcess_isRefusedInOneLineAndWritesNothing(String service)
      throws Exception {
    Path output = folder.resolve("output");
    String command =
        "ulimit -n 128; exec \"$0\" -cp \"$1\" %s %s run --config none.yaml"
            .formatted(Tributary.class.getName(), service);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder("bash", "-c", command, java, System.getProperty("java.class.path"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.waitFor(60, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
    }

    assertEquals(
        List.of(
            "tributary: open-file limit: 128 (expected: at least 256). Raise it with `ulimit -n`,"
                + " or LimitNOFILE of the service."),
        Files.readAllLines(output, UTF_8));
    assertEquals(2, process.exitValue());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(output), left.toList());
    }
  }

  @Test
  void check_limit_isRefusedBelow256() {
    assertThrows(FederationException.class, () -> OpenFiles.check(255));
    assertDoesNotThrow(() -> OpenFiles.check(256));
    assertDoesNotThrow(() -> OpenFiles.check(-1), "no limit");
  }
}
