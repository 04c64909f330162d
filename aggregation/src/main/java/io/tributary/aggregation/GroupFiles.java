package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.store.GroupKind;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of one group, in node order, each checked to be the canonical file of the group's
 * layout: so a column is at the same position in all of them.
 *
 * @param checkpoint the old values; empty for statistics, and for controls that are zero
 * @param root the coordinator's own update, where the rule needs one
 * @param state what the server optimizer remembers, in its order; empty before the first round
 */
record GroupFiles(
    String name,
    GroupSpec spec,
    List<ByteSource> updates,
    Optional<ByteSource> checkpoint,
    Optional<ByteSource> root,
    List<ByteSource> state) {
  static GroupFiles of(String name, AggregationOrder order) throws IOException {
    GroupSpec spec = requireNonNull(order.groups().get(name));
    for (SpooledUpdate update : order.updates()) {
      ByteSource file = requireNonNull(update.groups().get(name));
      check("update of " + update.node() + ", group " + name, file, spec.layout());
    }
    Optional<ByteSource> checkpoint = Optional.ofNullable(order.checkpoint().get(name));
    if (checkpoint.isPresent()) {
      check("checkpoint, group " + name, checkpoint.get(), spec.layout());
    }
    List<ByteSource> files =
        order.updates().stream().map(update -> requireNonNull(update.groups().get(name))).toList();
    return new GroupFiles(
        name, spec, files, checkpoint, root(name, spec, order), state(name, spec, order));
  }

  private static Optional<ByteSource> root(String name, GroupSpec spec, AggregationOrder order)
      throws IOException {
    Optional<ByteSource> root = Optional.ofNullable(order.root().get(name));
    if (root.isPresent()) {
      check("root update, group " + name, root.get(), spec.layout());
    }
    return root;
  }

  private static List<ByteSource> state(String name, GroupSpec spec, AggregationOrder order)
      throws IOException {
    if (spec.kind() != GroupKind.DELTA || order.state().isEmpty()) {
      return List.of();
    }
    List<ByteSource> files = new ArrayList<>();
    for (String state : order.optimizer().state()) {
      ByteSource file = requireNonNull(order.state().get(AggregationOrder.stateOf(name, state)));
      check("checkpoint, " + state + " of the server optimizer", file, spec.layout());
      files.add(file);
    }
    return List.copyOf(files);
  }

  /** The same group of some of the updates. */
  GroupFiles only(List<Integer> some) {
    return new GroupFiles(
        name, spec, some.stream().map(updates::get).toList(), checkpoint, root, state);
  }

  Layout layout() {
    return spec.layout();
  }

  boolean isDelta() {
    return spec.kind() == GroupKind.DELTA;
  }

  /** Whether the aggregate is added to the old values instead of replacing them. */
  boolean moves() {
    return spec.kind() != GroupKind.STATISTIC;
  }

  /** Where the data starts in every file of the group. */
  long dataStart() {
    return Safetensors.canonicalHeader(spec.layout()).length;
  }

  private static void check(String what, ByteSource file, Layout layout) throws IOException {
    if (file.size() != Safetensors.canonicalSize(layout)
        || !Safetensors.startsCanonically(file, layout)) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          what,
          "other bytes than the layout's canonical file",
          Safetensors.canonicalSize(layout) + " bytes in canonical form",
          "Check the disk; the file was right when it was accepted.");
    }
  }
}
