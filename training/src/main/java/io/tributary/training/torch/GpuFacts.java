package io.tributary.training.torch;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a machine has for computing on GPUs.
 *
 * @param driver version of NVIDIA's driver, such as {@code 570.86.10}; empty without one
 * @param gpus how many the driver knows
 * @param libtorch folder of libtorch that the configuration names; empty: the one that comes along,
 *     which computes on the CPU
 */
public record GpuFacts(Optional<String> driver, int gpus, Optional<Path> libtorch) {
  private static final Path DRIVER = Path.of("/proc/driver/nvidia");
  private static final Pattern VERSION =
      Pattern.compile("Kernel Module[^0-9]*([0-9]+(\\.[0-9]+)+)");

  public GpuFacts {
    requireNonNull(driver, "driver");
    requireNonNull(libtorch, "libtorch");
  }

  /** What this machine has. */
  public static GpuFacts ofMachine(Optional<Path> libtorch) {
    return of(DRIVER, libtorch);
  }

  /**
   * The same from a folder in the form of {@code /proc/driver/nvidia}.
   *
   * @param driver may be missing
   */
  static GpuFacts of(Path driver, Optional<Path> libtorch) {
    return new GpuFacts(
        version(driver.resolve("version")), count(driver.resolve("gpus")), libtorch);
  }

  private static Optional<String> version(Path file) {
    try {
      Matcher version = VERSION.matcher(Files.readString(file));
      return version.find() ? Optional.of(version.group(1)) : Optional.of("unknown");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int count(Path folder) {
    try (Stream<Path> gpus = Files.list(folder)) {
      return (int) gpus.count();
    } catch (IOException e) {
      return 0;
    }
  }
}
