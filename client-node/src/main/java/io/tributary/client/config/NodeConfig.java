package io.tributary.client.config;

import static java.util.Objects.requireNonNull;

import io.tributary.client.policy.SitePolicy;
import io.tributary.federation.DataSize;
import io.tributary.federation.DeviceChoice;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All that a node's file says, with every default written in. Relative paths start from the file's
 * folder.
 *
 * @param proxy through which the coordinator is reached, both of its listeners; empty: directly
 * @param state folder of the node's own files
 * @param libtorch folder of the libraries of an own libtorch; empty: that which comes along
 */
public record NodeConfig(
    CoordinatorAddress coordinator,
    Optional<ProxyConfig> proxy,
    TlsFiles tls,
    Path state,
    DatasetSpec data,
    DeviceChoice device,
    Optional<Path> libtorch,
    Limits limits,
    SitePolicy policy,
    BackOff backOff) {
  private static final int MOST_THREADS = 1_024;

  public NodeConfig {
    requireNonNull(coordinator, "coordinator");
    requireNonNull(proxy, "proxy");
    requireNonNull(tls, "tls");
    requireNonNull(state, "state");
    requireNonNull(data, "data");
    requireNonNull(device, "device");
    requireNonNull(libtorch, "libtorch");
    requireNonNull(limits, "limits");
    requireNonNull(policy, "policy");
    requireNonNull(backOff, "backOff");
  }

  /**
   * Where the coordinator listens.
   *
   * @param bulk empty: as the coordinator's Welcome says, at the host of control
   * @param name role and name in its certificate, {@code coordinator/NAME}
   */
  public record CoordinatorAddress(HostPort control, Optional<HostPort> bulk, String name) {
    public CoordinatorAddress {
      requireNonNull(control, "control");
      requireNonNull(bulk, "bulk");
      requireNonNull(name, "name");
    }
  }

  /** PEM files: the node's certificate and key, and the federation's certificate authority. */
  public record TlsFiles(Path certificate, Path key, Path trust) {
    public TlsFiles {
      requireNonNull(certificate, "certificate");
      requireNonNull(key, "key");
      requireNonNull(trust, "trust");
    }
  }

  /**
   * What the node may use of its machine.
   *
   * @param memory resident memory of the worker, at which it is ended; empty: no limit
   * @param heap of the worker's JVM
   * @param threads most that a plan may ask for; empty: as many as the machine has cores
   * @param cache of base models and checkpoints
   */
  public record Limits(
      Optional<DataSize> memory, DataSize heap, Optional<Integer> threads, DataSize cache) {
    public Limits {
      requireNonNull(memory, "memory");
      requireNonNull(heap, "heap");
      requireNonNull(threads, "threads");
      requireNonNull(cache, "cache");
    }
  }

  /** Waits between connections: the first is at most {@code first}, later ones double. */
  public record BackOff(Duration first, Duration longest) {
    public BackOff {
      requireNonNull(first, "first");
      requireNonNull(longest, "longest");
    }
  }

  /** Reads a node's file; unknown keys and broken rules are refused. */
  public static NodeConfig read(Settings settings, Path folder) {
    SitePolicy policy = SitePolicy.read(settings.section("policy"));
    DatasetSpec data = DatasetSpec.read(settings.section("data"), folder);
    var config =
        new NodeConfig(
            coordinator(settings.section("coordinator")),
            ProxyConfig.read(settings.section("proxy"), folder),
            tls(settings.section("tls"), folder),
            path(settings, "state", folder),
            policy.shareLabelCounts() ? data : data.withShowCounts(false),
            settings.has("device")
                ? settings.parsed("device", DeviceChoice::parse)
                : DeviceChoice.AUTO,
            settings.optionalText("libtorch").map(path -> folder.resolve(path).normalize()),
            limits(settings.section("limits")),
            policy,
            backOff(settings.section("back-off")));
    settings.finish();
    return config;
  }

  private static CoordinatorAddress coordinator(Settings section) {
    String name = section.text("name", "coordinator/main");
    if (!name.matches("coordinator/[a-z0-9][a-z0-9-]{0,62}")) {
      throw section.refusal("name", name, "coordinator/NAME, as its certificate says");
    }
    return new CoordinatorAddress(
        section.parsed("control", HostPort::parse),
        section.has("bulk")
            ? Optional.of(section.parsed("bulk", HostPort::parse))
            : Optional.empty(),
        name);
  }

  private static TlsFiles tls(Settings section, Path folder) {
    return new TlsFiles(
        path(section, "certificate", folder),
        path(section, "key", folder),
        path(section, "trust", folder));
  }

  private static Limits limits(Settings section) {
    return new Limits(
        section.has("memory")
            ? Optional.of(section.parsed("memory", DataSize::parse))
            : Optional.empty(),
        section.size("heap", new DataSize(1_000_000_000L)),
        section.optionalInteger("threads", 1, MOST_THREADS).map(Long::intValue),
        section.size("cache", new DataSize(20_000_000_000L)));
  }

  private static BackOff backOff(Settings section) {
    var backOff =
        new BackOff(
            section.duration("first", Duration.ofMillis(250)),
            section.duration("longest", Duration.ofSeconds(20)));
    if (backOff.first.isZero() || backOff.longest.compareTo(backOff.first) < 0) {
      throw section.refusal(
          "first", backOff.first.toMillis() + "ms", "more than nothing, at most back-off.longest");
    }
    return backOff;
  }

  private static Path path(Settings section, String key, Path folder) {
    return folder.resolve(section.text(key)).toAbsolutePath().normalize();
  }
}
