package io.tributary.aggregation.tensor;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the head of a safetensors file says, checked against the file's size.
 *
 * @param positions where each tensor's data starts, counted from the start of the file, in bytes
 * @param metadata the texts under {@code __metadata__}
 * @param canonical whether the file has the one canonical form of its layout
 */
public record SafetensorsHeader(
    Layout layout,
    SortedMap<String, Long> positions,
    SortedMap<String, String> metadata,
    boolean canonical) {
  public SafetensorsHeader {
    requireNonNull(layout, "layout");
    positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }

  /**
   * Where this tensor's data starts, counted from the start of the file, in bytes.
   *
   * @throws FederationException NOT_FOUND when the file has no such tensor
   */
  public long position(String tensor) {
    return Optional.ofNullable(positions.get(tensor))
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "tensor " + Quoted.of(tensor),
                    "not in the file",
                    "one of its " + positions.size() + " tensors",
                    "Check the name."));
  }
}
