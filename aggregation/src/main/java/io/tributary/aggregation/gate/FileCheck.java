package io.tributary.aggregation.gate;

import io.tributary.aggregation.gate.Verdict.Refused;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Quoted;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.util.Optional;

/** Holds one file against the layout it must have, and names the first difference. */
final class FileCheck {
  private static final int SPARE_HEADER_BYTES = 64 << 10;

  private FileCheck() {}

  /**
   * A right file is known by its first bytes and its size; only a wrong one is parsed, to say why.
   */
  static Optional<Refused> check(String group, ByteSource source, Layout layout)
      throws IOException {
    if (Safetensors.startsCanonically(source, layout)) {
      return checkSize(group, source.size(), Safetensors.canonicalSize(layout));
    }
    int longestHeader =
        Math.min(
            Safetensors.canonicalHeader(layout).length + SPARE_HEADER_BYTES,
            Safetensors.LONGEST_HEADER_BYTES);
    SafetensorsHeader header;
    try {
      header = Safetensors.read(source, longestHeader);
    } catch (FederationException e) {
      return Optional.of(
          new Refused(RefusalReason.MALFORMED, "group " + group + ": " + e.sentence()));
    }
    return difference(group, header.layout(), layout)
        .or(
            () ->
                Refusals.of(
                    RefusalReason.NOT_CANONICAL,
                    "group " + group,
                    "another form of the right layout",
                    "names and data in byte order, no metadata, header padded to 8",
                    "Write it in the canonical form."));
  }

  private static Optional<Refused> checkSize(String group, long size, long right) {
    if (size == right) {
      return Optional.empty();
    }
    return Refusals.of(
        RefusalReason.WRONG_SIZE,
        "group " + group,
        size + " bytes",
        right + " bytes",
        "Send the whole file and nothing after it.");
  }

  private static Optional<Refused> difference(String group, Layout found, Layout layout) {
    Optional<Refused> dtype = Optional.empty();
    for (TensorSpec wanted : layout.tensors()) {
      Optional<TensorSpec> tensor = found.find(wanted.name());
      if (tensor.isEmpty() || !tensor.get().shape().equals(wanted.shape())) {
        String form = tensor.map(TensorSpec::form).orElse("missing");
        return wrong(RefusalReason.WRONG_LAYOUT, group, wanted.name(), form, wanted.form());
      }
      if (dtype.isEmpty() && tensor.get().dtype() != wanted.dtype()) {
        dtype =
            wrong(
                RefusalReason.WRONG_DTYPE,
                group,
                wanted.name(),
                tensor.get().form(),
                wanted.form());
      }
    }
    for (TensorSpec tensor : found.tensors()) {
      if (layout.find(tensor.name()).isEmpty()) {
        return wrong(
            RefusalReason.WRONG_LAYOUT, group, tensor.name(), tensor.form(), "no such tensor");
      }
    }
    return dtype;
  }

  private static Optional<Refused> wrong(
      RefusalReason reason, String group, String tensor, String found, String rule) {
    return Refusals.of(
        reason,
        "group " + group + ", tensor " + Quoted.of(tensor),
        found,
        rule,
        "Use the layout that the assignment names.");
  }
}
