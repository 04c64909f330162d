package io.tributary.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine that figures were made on, in words. */
final class MachineFacts {
  private MachineFacts() {}

  /** Such as {@code 2 × AMD EPYC, 24 GB, Linux 6.1 amd64, Java 17.0.15, on 2026-01-31}. */
  static String words(String day) {
    return String.format(
        Locale.ROOT,
        "%d × %s, %s, %s %s %s, Java %s, on %s",
        Runtime.getRuntime().availableProcessors(),
        of("/proc/cpuinfo", "(?m)^model name\\s*:\\s*(.+)$", "processor"),
        memory(of("/proc/meminfo", "(?m)^MemTotal:\\s*([0-9]+)", "")),
        System.getProperty("os.name"),
        System.getProperty("os.version").replaceFirst("^([0-9]+\\.[0-9]+).*", "$1"),
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        day);
  }

  static String memory(String kibibytes) {
    return kibibytes.isEmpty()
        ? "memory unknown"
        : Math.round(Long.parseLong(kibibytes) * 1024 / 1e9) + " GB";
  }

  private static String of(String file, String pattern, String otherwise) {
    try {
      String text = Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
      Matcher matcher = Pattern.compile(pattern).matcher(text);
      return matcher.find() ? matcher.group(1).strip() : otherwise;
    } catch (IOException e) {
      return otherwise;
    }
  }
}
