package io.tributary.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What this build is made of.
 *
 * @param number of Tributary
 * @param commit the sources' commit, {@code unknown} when not built from a checkout
 */
public record Version(String number, String commit, String djl, String pytorch) {
  /** Reads what the build wrote into the jar. */
  public static Version ofBuild() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is not in the jar");
      }
      var properties = new Properties();
      properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
      return new Version(
          properties.getProperty("version", "unknown"),
          properties.getProperty("commit", "unknown"),
          properties.getProperty("djl", "unknown"),
          properties.getProperty("pytorch", "unknown"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
