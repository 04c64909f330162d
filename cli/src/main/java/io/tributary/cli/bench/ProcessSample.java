package io.tributary.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Linux tells of a process in {@code /proc}.
 *
 * @param residentBytes memory in use now
 * @param handles open file descriptors, sockets included
 */
public record ProcessSample(long residentBytes, long handles, long threads) {
  /** Empty where the process is gone or the system has no {@code /proc}. */
  static Optional<ProcessSample> of(long pid) {
    Path folder = Path.of("/proc", String.valueOf(pid));
    try (Stream<Path> handles = Files.list(folder.resolve("fd"))) {
      String status = Files.readString(folder.resolve("status"), StandardCharsets.ISO_8859_1);
      return Optional.of(
          new ProcessSample(
              number(status, "VmRSS") << 10, handles.count(), number(status, "Threads")));
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** The most memory that a process has had in use (VmHWM); 0 where it is gone. */
  public static long peakBytes(long pid) {
    try {
      Path status = Path.of("/proc", String.valueOf(pid), "status");
      return number(Files.readString(status, StandardCharsets.ISO_8859_1), "VmHWM") << 10;
    } catch (IOException e) {
      return 0;
    }
  }

  private static long number(String status, String key) throws IOException {
    Matcher matcher = Pattern.compile("(?m)^" + key + ":\\s*([0-9]+)").matcher(status);
    if (!matcher.find()) {
      throw new NoSuchFileException(key);
    }
    return Long.parseLong(matcher.group(1));
  }
}
