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
public final class Machine {
  /** The system property that says at how many resident bytes this process is ended. */
  static final String LIMIT = "tributary.worker.memory";

  private static final Path SELF = Path.of("/proc/self");
  private static final Path GROUP = Path.of("/sys/fs/cgroup");
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

  /** The most memory that this process had resident since {@link #forgetPeak}. */
  public static OptionalLong peakBytes() {
    return kibibytes(read(SELF.resolve("status")), "VmHWM");
  }

  /** Counts {@link #peakBytes} from what is resident now. */
  public static void forgetPeak() throws IOException {
    Files.writeString(SELF.resolve("clear_refs"), "5");
  }

  /**
   * What this process may have resident in all: what it has and what is free, in this machine and
   * in the control group that holds it, and not more than {@link #LIMIT} says.
   */
  public static OptionalLong boundBytes() {
    OptionalLong free = kibibytes(read(Path.of("/proc/meminfo")), "MemAvailable");
    OptionalLong resident = kibibytes(read(SELF.resolve("status")), "VmRSS");
    if (free.isEmpty() || resident.isEmpty()) {
      return OptionalLong.empty();
    }
    long most = number(read(GROUP.resolve("memory.max"))).orElse(Long.MAX_VALUE);
    long used = number(read(GROUP.resolve("memory.current"))).orElse(0);
    long bound = resident.getAsLong() + Math.max(0, Math.min(free.getAsLong(), most - used));
    return OptionalLong.of(Math.min(bound, Long.getLong(LIMIT, Long.MAX_VALUE)));
  }

  private static OptionalLong number(String text) {
    return text.strip().matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text.strip()))
        : OptionalLong.empty();
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
