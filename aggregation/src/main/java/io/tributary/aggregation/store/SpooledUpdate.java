package io.tributary.aggregation.store;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An update that passed the gate: canonical safetensors bytes for each of its groups. Whoever
 * opened the sources closes them.
 *
 * @param examples distinct training examples it rests on, at least 1
 * @param steps of the node's optimizer, as it claims
 * @param staleness how many versions the model has gone on since the update began, from 0 on
 */
public record SpooledUpdate(
    NodeName node, long examples, long steps, int staleness, SortedMap<String, ByteSource> groups) {
  /** One that began from the newest version. */
  public SpooledUpdate(
      NodeName node, long examples, long steps, SortedMap<String, ByteSource> groups) {
    this(node, examples, steps, 0, groups);
  }

  public SpooledUpdate {
    requireNonNull(node, "node");
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    if (examples < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "examples of " + node,
          examples,
          "at least 1",
          "Pass only updates that the gate let through.");
    }
  }
}
