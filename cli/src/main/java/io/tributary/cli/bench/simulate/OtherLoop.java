package io.tributary.cli.bench.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.util.List;

/** Another program that does the same rounds. */
final class OtherLoop {
  private static final String KEY = "overall_client_rounds_per_s";

  private OtherLoop() {}

  /** Runs it; the last line of its output is JSON with its rate. */
  static double clientsPerSecond(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      if (process.waitFor() == 0 && !lines.isEmpty()) {
        return Settings.of("output", JsonReader.read(lines.get(lines.size() - 1)))
            .optionalNumber(KEY, 0, Double.POSITIVE_INFINITY)
            .orElseThrow();
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED, "--against: " + e.getMessage() + " (expected: a command).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
    throw FederationException.of(
        ErrorKind.WORKER_FAILED,
        "--against",
        String.join(" ", command),
        "exit code 0 and JSON with " + KEY + " as its last line",
        "Run it by hand.");
  }
}
