package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has taken so far, as Linux tells it in {@code /proc}.
 *
 * @param residentBytes memory in use now (VmRSS)
 * @param peakBytes most memory that was in use at once (VmHWM)
 * @param cpuSeconds of all its threads, in the kernel too
 * @param nanos of {@link System#nanoTime} when this was read
 */
record ProcessCost(
    long residentBytes, long peakBytes, long threads, double cpuSeconds, long nanos) {
  /* Field 14 and 15 of /proc/PID/stat, in ticks of 10 ms on every Linux that runs Java (proc(5)). */
  private static final int USER_TICKS = 11;
  private static final double TICKS_PER_SECOND = 100;

  static ProcessCost of(long pid) {
    Path folder = Path.of("/proc", String.valueOf(pid));
    try {
      String status = Files.readString(folder.resolve("status"), StandardCharsets.ISO_8859_1);
      return new ProcessCost(
          number(status, "VmRSS") << 10,
          number(status, "VmHWM") << 10,
          number(status, "Threads"),
          cpuSeconds(Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1)),
          System.nanoTime());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.WORKER_CRASHED,
          "process " + pid + ": gone (expected: running). See the logs; --keep-files keeps them.",
          e);
    }
  }

  /** The name before it is in brackets and may hold anything. */
  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
    return ticks / TICKS_PER_SECOND;
  }

  private static long number(String status, String key) throws IOException {
    Matcher matcher = Pattern.compile("(?m)^" + key + ":\\s*([0-9]+)").matcher(status);
    if (!matcher.find()) {
      throw new IOException("no " + key);
    }
    return Long.parseLong(matcher.group(1));
  }

  /** Share of one core that was used since an earlier reading. */
  double coreShareSince(ProcessCost earlier) {
    return (cpuSeconds - earlier.cpuSeconds) / ((nanos - earlier.nanos) / 1e9);
  }
}
