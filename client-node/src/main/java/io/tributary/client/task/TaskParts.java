package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.client.cache.ArtifactCache;
import io.tributary.client.policy.SitePolicy;
import io.tributary.training.worker.Worker;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What tasks work with.
 *
 * @param threads most that a plan may ask for
 * @param worker the one worker of the node, made when first needed
 * @param device as the configuration names it
 * @param nanos monotonic time, for rates
 * @param freeBytes of the disk under the state folder
 */
public record TaskParts(
    SitePolicy policy,
    NodeData data,
    int threads,
    ArtifactCache cache,
    UpdateStore updates,
    Supplier<Worker> worker,
    String device,
    LongSupplier nanos,
    LongSupplier freeBytes) {
  public TaskParts {
    requireNonNull(policy, "policy");
    requireNonNull(data, "data");
    requireNonNull(cache, "cache");
    requireNonNull(updates, "updates");
    requireNonNull(worker, "worker");
    requireNonNull(device, "device");
    requireNonNull(nanos, "nanos");
    requireNonNull(freeBytes, "freeBytes");
  }
}
