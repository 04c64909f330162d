package io.tributary.aggregation.gate;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.gate.Verdict.Passed;
import io.tributary.aggregation.gate.Verdict.Refused;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Quoted;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Judges updates. The checks stand in the order of {@link RefusalReason}: the cheap ones first, the
 * values are read once and only when all else is right.
 */
public final class Gate {
  private Gate() {}

  /**
   * Judges one update.
   *
   * @param groups the bytes of each group, as the node sent them
   * @throws IOException when the bytes can't be read back; that is not the node's fault
   */
  public static Verdict judge(
      UpdateClaim claim, Map<String, ? extends ByteSource> groups, Expected expected)
      throws IOException {
    Optional<Refused> refused = checkClaim(claim, groups, expected);
    if (refused.isEmpty()) {
      refused = checkFiles(groups, expected);
    }
    if (refused.isEmpty()) {
      refused = checkExamples(claim.examples(), expected.limits().declaredExamples());
    }
    if (refused.isPresent()) {
      return refused.get();
    }
    return checkValues(claim.examples(), groups, expected);
  }

  /** The L2 norm of all values of a file in canonical form, 0 to infinity. */
  public static double norm(ByteSource source) throws IOException {
    Layout layout = Safetensors.read(source).layout();
    var scan = new ValueScan();
    return scan.add("checkpoint", source, GroupSpec.delta(layout)).isPresent()
        ? Double.POSITIVE_INFINITY
        : scan.norm();
  }

  private static Optional<Refused> checkClaim(
      UpdateClaim claim, Map<String, ? extends ByteSource> groups, Expected expected) {
    if (!claim.base().equals(expected.base())) {
      return Refusals.of(
          RefusalReason.WRONG_BASE,
          "base",
          claim.base(),
          expected.base(),
          "Train from the checkpoint that the assignment names.");
    }
    var names = expected.groups().keySet();
    if (!groups.keySet().equals(names) || !claim.layouts().keySet().equals(names)) {
      return Refusals.of(
          RefusalReason.WRONG_GROUPS,
          "groups",
          Refusals.names(new TreeSet<>(groups.keySet()))
              + " sent, "
              + Refusals.names(claim.layouts().keySet())
              + " named",
          Refusals.names(names),
          "Send the groups that the assignment names.");
    }
    return checkCodecs(claim, expected).or(() -> checkLayoutDigests(claim, expected));
  }

  private static Optional<Refused> checkCodecs(UpdateClaim claim, Expected expected) {
    for (String group : expected.groups().keySet()) {
      String right = expected.coding(group).codec();
      String claimed = claim.codecs().getOrDefault(group, Coding.AS_THEY_ARE);
      if (!right.equals(claimed)) {
        return Refusals.of(
            RefusalReason.WRONG_CODEC,
            "codec of " + group,
            Quoted.of(claimed),
            right,
            "Use the codec that the assignment names.");
      }
    }
    return Optional.empty();
  }

  private static Optional<Refused> checkLayoutDigests(UpdateClaim claim, Expected expected) {
    for (String group : expected.groups().keySet()) {
      Digest right = expected.coding(group).digest();
      Digest claimed = requireNonNull(claim.layouts().get(group));
      if (!right.equals(claimed)) {
        return Refusals.of(
            RefusalReason.WRONG_LAYOUT,
            "layout of " + group,
            claimed,
            right,
            "Use the layout that the assignment names.");
      }
    }
    return Optional.empty();
  }

  private static Optional<Refused> checkFiles(
      Map<String, ? extends ByteSource> groups, Expected expected) throws IOException {
    for (String group : expected.groups().keySet()) {
      ByteSource source = requireNonNull(groups.get(group));
      Coding coding = expected.coding(group);
      Optional<Refused> refused = FileCheck.check(group, source, coding.encoded());
      if (refused.isEmpty()) {
        refused = coding.flaw(source).map(flaw -> malformed(group, coding, flaw));
      }
      if (refused.isPresent()) {
        return refused;
      }
    }
    return Optional.empty();
  }

  private static Refused malformed(String group, Coding coding, String flaw) {
    return Refusals.refused(
        RefusalReason.MALFORMED,
        "group " + group,
        flaw,
        "what " + coding.codec() + " writes",
        "Use one version of Tributary at all sites.");
  }

  private static Optional<Refused> checkExamples(long examples, long declared) {
    if (examples >= 1 && examples <= declared) {
      return Optional.empty();
    }
    return Refusals.of(
        RefusalReason.EXAMPLE_COUNT,
        "example count",
        examples,
        "1 to " + declared + ", what the dataset card declares",
        "Count distinct training examples, or renew the card.");
  }

  private static Verdict checkValues(
      long examples, Map<String, ? extends ByteSource> groups, Expected expected)
      throws IOException {
    var scan = new ValueScan();
    for (Map.Entry<String, GroupSpec> group : expected.groups().entrySet()) {
      ByteSource source = requireNonNull(groups.get(group.getKey()));
      ByteSource values = expected.coding(group.getKey()).decode(source);
      Optional<Refused> refused = scan.add(group.getKey(), values, group.getValue());
      if (refused.isPresent()) {
        return refused.get();
      }
    }
    double norm = scan.norm();
    double limit = expected.limits().maxNorm().orElse(Double.MAX_VALUE);
    double control = scan.controlNorm();
    double most = expected.limits().maxControlNorm().orElse(Double.MAX_VALUE);
    if (norm <= limit && control <= most) {
      return new Passed(norm, examples);
    }
    if (norm <= limit) {
      return Refusals.refused(
          RefusalReason.CONTROL_NORM,
          "norm of the controls",
          control,
          "at most " + most,
          "Lower the learning rate, or clip gradients.");
    }
    return Refusals.refused(
        RefusalReason.NORM,
        "norm",
        norm,
        "at most " + limit,
        "Lower the learning rate, clip, or set a larger federation.gate.max-norm in the plan.");
  }
}
