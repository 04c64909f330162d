package io.tributary.client.rpc;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.training.data.DatasetCard;
import java.util.List;

/**
 * What a node says of itself when it joins.
 *
 * @param version of Tributary
 * @param device as configured: {@code auto}, {@code cpu}, {@code gpu:0} …; the worker that resolves
 *     {@code auto} may not run yet
 * @param open assignments that are worked on or whose updates have no receipt
 */
public record HelloFacts(
    String version,
    String device,
    long memoryBytes,
    int threads,
    DatasetCard card,
    List<AssignmentId> open) {
  public HelloFacts {
    requireNonNull(version, "version");
    requireNonNull(device, "device");
    requireNonNull(card, "card");
    open = List.copyOf(open);
  }
}
