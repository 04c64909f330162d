package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import java.util.Set;

/**
 * Why no cohort can be drawn now.
 *
 * @param hopeless no node that could still come may be asked
 * @param reserved free nodes that later runs leave alone, since this run waits for busy ones only
 */
record Shortage(String sentence, boolean hopeless, Set<NodeName> reserved) {
  Shortage {
    requireNonNull(sentence, "sentence");
    reserved = Set.copyOf(reserved);
  }
}
