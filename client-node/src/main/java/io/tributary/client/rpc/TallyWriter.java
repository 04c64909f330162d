package io.tributary.client.rpc;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import io.tributary.proto.v1.Evaluated;
import java.util.List;

/** What a node found of a candidate, as a message. */
final class TallyWriter {
  private TallyWriter() {}

  static Evaluated message(String assignment, Tally tally) {
    Evaluated.Builder message =
        Evaluated.newBuilder()
            .setAssignment(assignment)
            .setKind(tally.kind().token())
            .setExamples(tally.examples())
            .addAllSums(NodeWire.metrics(tally.sums()));
    tally.counts().forEach((name, labels) -> message.addCounts(counts(name, labels)));
    tally.moments().ifPresent(moments -> message.addAllMoments(moments.numbers()));
    return message.build();
  }

  private static Evaluated.Counts counts(String name, List<LabelCounts> labels) {
    return Evaluated.Counts.newBuilder()
        .setName(name)
        .addAllHits(labels.stream().map(LabelCounts::hits).toList())
        .addAllPredicted(labels.stream().map(LabelCounts::predicted).toList())
        .addAllSupport(labels.stream().map(LabelCounts::support).toList())
        .build();
  }
}
