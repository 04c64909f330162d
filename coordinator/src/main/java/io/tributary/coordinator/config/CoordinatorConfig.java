package io.tributary.coordinator.config;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.DeviceChoice;
import io.tributary.federation.FederationName;
import io.tributary.federation.manifest.TrustedCode;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.SourceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A coordinator's configuration, checked; {@code config/coordinator.reference.yaml} describes every
 * key. Relative paths start from the folder of the file that was read.
 *
 * @param state the folder that holds all that must outlive the process
 * @param heldOut what it evaluates on; empty: its runs are evaluated at their sites alone
 * @param rootSet the coordinator's own training examples, for rules that hold updates against its
 *     own
 * @param torchscript files of models that are code and may run here
 * @param device that evaluation runs on
 * @param libtorch folder of the libraries of an own libtorch; empty: that which comes along
 * @param threads of torch in evaluation
 * @param durability whether writes are forced to the disk
 * @param lease after which a silent node counts as gone from its connection
 */
public record CoordinatorConfig(
    FederationName federation,
    ListenConfig listen,
    Path state,
    TlsConfig tls,
    Optional<HeldOutConfig> heldOut,
    Optional<DatasetSpec> rootSet,
    LimitsConfig limits,
    TrustedCode torchscript,
    DeviceChoice device,
    Optional<Path> libtorch,
    int threads,
    Durability durability,
    Duration lease) {
  private static final int MOST_THREADS = 1_024;
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(5);

  public CoordinatorConfig {
    requireNonNull(federation, "federation");
    requireNonNull(listen, "listen");
    requireNonNull(state, "state");
    requireNonNull(tls, "tls");
    requireNonNull(heldOut, "heldOut");
    requireNonNull(rootSet, "rootSet");
    requireNonNull(limits, "limits");
    requireNonNull(torchscript, "torchscript");
    requireNonNull(device, "device");
    requireNonNull(libtorch, "libtorch");
    requireNonNull(durability, "durability");
    requireNonNull(lease, "lease");
  }

  /**
   * Reads the whole tree; unknown keys, missing keys and broken rules are refused as
   * INVALID_CONFIG.
   *
   * @param folderOfTheFile where relative paths start
   */
  public static CoordinatorConfig read(Settings settings, Path folderOfTheFile) {
    Path folder = folderOfTheFile.toAbsolutePath().normalize();
    var config =
        new CoordinatorConfig(
            settings.parsed("federation", FederationName::new),
            ListenConfig.read(settings.section("listen")),
            folder.resolve(settings.text("state")),
            TlsConfig.read(settings.section("tls"), folder),
            settings.optionalSection("held-out").map(s -> HeldOutConfig.read(s, folder)),
            settings.optionalSection("root-set").map(section -> rootSet(section, folder)),
            LimitsConfig.read(settings.section("limits")),
            TrustedCode.read(settings),
            device(settings),
            settings.optionalText("libtorch").map(path -> folder.resolve(path).normalize()),
            (int) settings.integer("threads", 1, 1, MOST_THREADS),
            Durability.of(settings.choice("durability", "full", Durability.tokens())),
            lease(settings));
    settings.finish();
    return config;
  }

  private static DatasetSpec rootSet(Settings section, Path folder) {
    return DatasetSpec.ofTraining(SourceSpec.read(section, folder.resolve(section.text("path"))));
  }

  private static DeviceChoice device(Settings settings) {
    return settings.has("device")
        ? settings.parsed("device", DeviceChoice::parse)
        : DeviceChoice.AUTO;
  }

  private static Duration lease(Settings settings) {
    Duration lease = settings.duration("lease", Duration.ofSeconds(60));
    if (lease.compareTo(SHORTEST_LEASE) < 0) {
      throw settings.refusal("lease", settings.text("lease"), "5s or longer");
    }
    return lease;
  }
}
