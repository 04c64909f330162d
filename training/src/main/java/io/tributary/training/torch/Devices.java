package io.tributary.training.torch;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Set;

/** Which devices orders may name. */
public final class Devices {
  private static final Set<String> CPU = Set.of("auto", "cpu");

  private Devices() {}

  /** The device an order gets; one that this build can't use is refused. */
  public static String choose(String device) {
    if (!CPU.contains(device)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "device",
          "\"" + device + "\"",
          "auto or cpu",
          "This build computes on the CPU.");
    }
    return "cpu";
  }
}
