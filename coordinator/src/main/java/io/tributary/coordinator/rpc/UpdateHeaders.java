package io.tributary.coordinator.rpc;

import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.SubmitHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the header of a submission and holds it against what the assignment asks for. */
final class UpdateHeaders {
  private static final int MOST_METRICS = 100;
  private static final int LONGEST_METRIC = 100;
  private static final int MOST_GROUPS = 100;

  private UpdateHeaders() {}

  /** What the header states; its claims about content are for the gate. */
  static UpdateFacts facts(SubmitHeader header, long bytesDown) {
    if (header.getMetricsCount() > MOST_METRICS || header.getGroupsCount() > MOST_GROUPS) {
      throw refusal(
          "header",
          header.getMetricsCount() + " metrics, " + header.getGroupsCount() + " groups",
          "at most " + MOST_METRICS + " metrics and " + MOST_GROUPS + " groups");
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (Metric metric : header.getMetricsList()) {
      if (metric.getName().isEmpty() || metric.getName().length() > LONGEST_METRIC) {
        throw refusal(
            "metric name", metric.getName().length() + " characters", "1 to " + LONGEST_METRIC);
      }
      metrics.put(NodeMessages.sentence(metric.getName()), metric.getValue());
    }
    List<UpdateGroup> groups = new ArrayList<>();
    long bytes = 0;
    for (GroupReference group : header.getGroupsList()) {
      groups.add(group(group));
      bytes = Math.addExact(bytes, group.getFile().getSize());
    }
    return new UpdateFacts(
        Digest.parse(header.getCheckpoint()),
        groups,
        header.getExamples(),
        Math.max(0, header.getSteps()),
        metrics,
        bytes,
        bytesDown);
  }

  private static UpdateGroup group(GroupReference group) {
    long size = group.getFile().getSize();
    if (size < 0 || size > Long.MAX_VALUE / MOST_GROUPS) {
      throw refusal("size of group " + name(group), size, "bytes of a file");
    }
    return new UpdateGroup(
        name(group),
        Digest.parse(group.getLayoutDigest()),
        NodeMessages.sentence(group.getCodec()),
        new ArtifactRef(Digest.parse(group.getFile().getDigest()), size));
  }

  private static String name(GroupReference group) {
    return NodeMessages.sentence(group.getName());
  }

  /** Refuses groups that are not exactly those asked for: nothing of such an update is taken. */
  static void check(List<UpdateGroup> sent, List<ExpectedGroup> expected) {
    List<String> names = sent.stream().map(UpdateGroup::name).sorted().toList();
    List<String> wanted = expected.stream().map(ExpectedGroup::name).sorted().toList();
    if (!names.equals(wanted)) {
      throw refusal("groups", String.join(", ", names), String.join(", ", wanted));
    }
    for (ExpectedGroup group : expected) {
      sent.stream()
          .filter(candidate -> candidate.name().equals(group.name()))
          .forEach(candidate -> check(candidate, group));
    }
  }

  private static void check(UpdateGroup sent, ExpectedGroup expected) {
    String group = "group " + expected.name();
    if (!sent.codec().equals(expected.codec())) {
      throw refusal("codec of " + group, sent.codec(), expected.codec());
    }
    if (sent.file().bytes() != expected.bytes()) {
      throw refusal(group, sent.file().bytes() + " bytes", expected.bytes() + " bytes");
    }
    if (!sent.layout().equals(expected.layout())) {
      throw refusal("layout of " + group, sent.layout(), expected.layout().toString());
    }
  }

  private static FederationException refusal(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT,
        what,
        found,
        rule,
        "Send what the assignment names, nothing else.");
  }
}
