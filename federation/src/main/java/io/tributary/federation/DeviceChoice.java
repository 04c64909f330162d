package io.tributary.federation;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person says about where to compute.
 *
 * @param index of the GPU, from 0; 0 where the kind is another
 */
public record DeviceChoice(Kind kind, int index) {
  /** Kinds of devices. */
  public enum Kind {
    /** A GPU where everything is there that it needs, else the CPU. */
    AUTO,
    CPU,
    GPU
  }

  public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);
  public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

  private static final Pattern GPU = Pattern.compile("gpu(?::([0-9]{1,3}))?");

  public DeviceChoice {
    requireNonNull(kind, "kind");
  }

  /**
   * Reads {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}.
   *
   * @throws FederationException INVALID_CONFIG for another word
   */
  public static DeviceChoice parse(String word) {
    Matcher gpu = GPU.matcher(word);
    if (gpu.matches()) {
      return new DeviceChoice(Kind.GPU, gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }
    return switch (word) {
      case "auto" -> AUTO;
      case "cpu" -> CPU;
      default ->
          throw new FederationException(
              ErrorKind.INVALID_CONFIG,
              "\"" + word + "\" (expected: auto, cpu, gpu or gpu:N). Choose one of them.");
    };
  }

  public boolean isGpu() {
    return kind == Kind.GPU;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case GPU -> "gpu:" + index;
    };
  }
}
