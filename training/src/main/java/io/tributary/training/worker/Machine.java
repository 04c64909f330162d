package io.tributary.training.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the operating system tells about this machine and its processes; empty where it does not.
 */
final class Machine {
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: (.*)$");

  private Machine() {}

  /** The kind of CPU. */
  static String processor() {
    Matcher model = MODEL.matcher(read(Path.of("/proc/cpuinfo")));
    return model.find() ? model.group(1).strip() : System.getProperty("os.arch");
  }

  /** Physical memory; 0 where it is not known. */
  static long memoryBytes() {
    return kibibytes(read(Path.of("/proc/meminfo")), "MemTotal").orElse(0);
  }

  /** Resident memory of a process. */
  static OptionalLong residentBytes(long pid) {
    return kibibytes(read(Path.of("/proc/" + pid + "/status")), "VmRSS");
  }

  private static OptionalLong kibibytes(String text, String key) {
    Matcher matcher = Pattern.compile("(?m)^" + key + ":\\s*([0-9]+) kB$").matcher(text);
    return matcher.find()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)) << 10)
        : OptionalLong.empty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
