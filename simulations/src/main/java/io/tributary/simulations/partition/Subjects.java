package io.tributary.simulations.partition;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;

/**
 * What a partition looks at, in the order of the file.
 *
 * @param labels for each example the position of its label among the names, or -1
 * @param names of the labels that occur, in their natural order
 * @param groups for each example the value of the column that is divided by; empty without one
 */
@SuppressWarnings("ArrayRecordComponent") // labels by the million; never compared
public record Subjects(int[] labels, List<String> names, List<String> groups) {
  public Subjects {
    names = List.copyOf(names);
    groups = List.copyOf(groups);
    for (int label : labels) {
      if (label < -1 || label >= names.size()) {
        throw new IllegalArgumentException("label " + label + " of " + names.size());
      }
    }
  }

  /** How many examples there are. */
  public int size() {
    return labels.length;
  }

  void requireLabels(Scheme scheme) {
    for (int label : labels) {
      if (label < 0) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            "partition " + scheme.token(),
            "examples without one label",
            "one label an example",
            "Choose iid, sizes:BETA or column:NAME.");
      }
    }
  }

  @Override
  public String toString() {
    return "Subjects[" + labels.length + " of " + names.size() + " labels]";
  }
}
