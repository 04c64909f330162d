package io.tributary.client.check;

import static java.util.Objects.requireNonNull;

import io.tributary.client.config.NodeConfig;
import io.tributary.client.rpc.SiteChannels;
import io.tributary.client.task.SiteWorker;
import io.tributary.training.torch.GpuFacts;
import io.tributary.training.worker.Worker;
import io.tributary.transport.PeerChannels;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What a check works with; tests replace some of it.
 *
 * @param within time for the coordinator to answer
 * @param memoryBytes physical memory of the machine; 0: not known
 */
public record CheckParts(
    Function<NodeConfig, PeerChannels> channels,
    Function<NodeConfig, Worker> worker,
    Function<NodeConfig, GpuFacts> gpus,
    InstantSource clock,
    Duration within,
    long memoryBytes) {
  public CheckParts {
    requireNonNull(channels, "channels");
    requireNonNull(worker, "worker");
    requireNonNull(gpus, "gpus");
    requireNonNull(clock, "clock");
    requireNonNull(within, "within");
  }

  /** The node's own certificates, network and worker. */
  public static CheckParts real() {
    long memory =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : 0;
    return new CheckParts(
        config -> SiteChannels.open(config, InstantSource.system()),
        SiteWorker::open,
        config -> GpuFacts.ofMachine(config.libtorch()),
        InstantSource.system(),
        Duration.ofSeconds(15),
        memory);
  }
}
