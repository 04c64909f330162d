package io.tributary.client.rpc;

import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.NodeReply;
import io.tributary.client.task.TaskProgress;
import io.tributary.federation.AssignmentId;
import io.tributary.proto.v1.Accepted;
import io.tributary.proto.v1.DatasetCard;
import io.tributary.proto.v1.Declined;
import io.tributary.proto.v1.Failed;
import io.tributary.proto.v1.Finished;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.Progress;
import java.util.List;
import java.util.SortedMap;

/** What the node says, as messages. */
final class NodeWire {
  private static final String PROTOCOL = "v1";

  private NodeWire() {}

  static NodeMessage hello(HelloFacts facts) {
    var hello =
        Hello.newBuilder()
            .setVersion(facts.version())
            .addProtocols(PROTOCOL)
            .setDevice(facts.device())
            .setMemoryBytes(facts.memoryBytes())
            .setThreads(facts.threads())
            .setCard(card(facts.card()))
            .addAllOpenAssignments(facts.open().stream().map(AssignmentId::toString).toList());
    return NodeMessage.newBuilder().setHello(hello).build();
  }

  private static DatasetCard card(io.tributary.training.data.DatasetCard card) {
    var wire =
        DatasetCard.newBuilder()
            .addAllLabels(card.labels())
            .setTrainExamples(card.train())
            .setValidationExamples(card.validation())
            .setContentDigest(card.content().toString());
    if (!card.perLabel().isEmpty()) {
      for (String label : card.labels()) {
        wire.addPerLabel(card.perLabel().getOrDefault(label, 0L));
      }
    }
    return wire.build();
  }

  static NodeMessage reply(NodeReply reply) {
    var message = NodeMessage.newBuilder();
    String id = reply.assignment().toString();
    if (reply instanceof NodeReply.Accepted) {
      message.setAccepted(Accepted.newBuilder().setAssignment(id));
    } else if (reply instanceof NodeReply.Declined declined) {
      message.setDeclined(
          Declined.newBuilder()
              .setAssignment(id)
              .setReason(reason(declined.reason()))
              .setSentence(declined.sentence()));
    } else if (reply instanceof NodeReply.Failed failed) {
      message.setFailed(
          Failed.newBuilder()
              .setAssignment(id)
              .setKind(failed.kind().name())
              .setRetryable(failed.retryable())
              .setSentence(failed.sentence()));
    } else if (reply instanceof NodeReply.Evaluated evaluated) {
      message.setEvaluated(TallyWriter.message(id, evaluated.tally()));
    } else if (reply instanceof NodeReply.Finished finished) {
      message.setFinished(
          Finished.newBuilder().setAssignment(id).addAllMetrics(metrics(finished.metrics())));
    }
    return message.build();
  }

  private static Declined.Reason reason(DeclineReason reason) {
    return switch (reason) {
      case BUSY -> Declined.Reason.REASON_BUSY;
      case POLICY -> Declined.Reason.REASON_POLICY;
      case DATA -> Declined.Reason.REASON_DATA;
      case RESOURCES -> Declined.Reason.REASON_RESOURCES;
      case UNSUPPORTED -> Declined.Reason.REASON_UNSUPPORTED;
    };
  }

  /** Figures that are not finite have no meaning to others and are left out. */
  static List<Metric> metrics(SortedMap<String, Double> metrics) {
    return metrics.entrySet().stream()
        .filter(metric -> Double.isFinite(metric.getValue()))
        .map(
            metric ->
                Metric.newBuilder().setName(metric.getKey()).setValue(metric.getValue()).build())
        .toList();
  }

  static NodeMessage progress(TaskProgress progress) {
    return NodeMessage.newBuilder()
        .setProgress(
            Progress.newBuilder()
                .setAssignment(progress.id().toString())
                .setStage(stage(progress.step()))
                .setDone(progress.done())
                .setTotal(progress.total())
                .setPerSecond(progress.perSecond())
                .setLoss(Double.isFinite(progress.loss()) ? progress.loss() : 0))
        .build();
  }

  private static Progress.Stage stage(TaskProgress.Step step) {
    return switch (step) {
      case FETCHING -> Progress.Stage.STAGE_FETCHING;
      case TRAINING -> Progress.Stage.STAGE_TRAINING;
      case VALIDATING -> Progress.Stage.STAGE_VALIDATING;
      case SUBMITTING -> Progress.Stage.STAGE_SUBMITTING;
    };
  }
}
