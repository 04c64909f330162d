package io.tributary.coordinator.registry;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.NodeProfile;
import io.tributary.federation.NodeName;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What a node said about itself when it joined, and what its certificate says.
 *
 * @param labels of its dataset card
 * @param trainExamples that the card declares
 * @param validationExamples the same of the validation part
 * @param serial of its certificate
 * @param certificateEnds when the certificate does
 */
public record NodeFacts(
    String version,
    String device,
    List<String> labels,
    long trainExamples,
    long validationExamples,
    String serial,
    Instant certificateEnds) {
  public NodeFacts {
    requireNonNull(version, "version");
    requireNonNull(device, "device");
    requireNonNull(serial, "serial");
    requireNonNull(certificateEnds, "certificateEnds");
    labels = List.copyOf(labels);
  }

  /** What the selection of a cohort looks at. */
  public NodeProfile profile(NodeName name) {
    return new NodeProfile(name, Set.copyOf(labels), trainExamples, validationExamples);
  }
}
