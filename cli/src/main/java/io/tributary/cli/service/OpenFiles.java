package io.tributary.cli.service;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.lang.management.ManagementFactory;

/**
 * The operating system's limit of open files and connections of this process. A service that would
 * meet it after a few nodes says so before it starts.
 */
public final class OpenFiles {
  /** A coordinator without nodes holds about 100; each node two connections and its transfers. */
  private static final long LEAST = 256;

  private OpenFiles() {}

  /** Refused with INVALID_CONFIG where the limit is too low to serve. */
  public static void check() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      check(system.getMaxFileDescriptorCount());
    }
  }

  static void check(long limit) {
    if (limit >= 0 && limit < LEAST) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "open-file limit",
          limit,
          "at least " + LEAST,
          "Raise it with `ulimit -n`, or LimitNOFILE of the service.");
    }
  }
}
