package io.tributary.coordinator.rpc;

import io.tributary.coordinator.driver.LiveProgress;
import io.tributary.coordinator.registry.AssignmentOffer;
import io.tributary.coordinator.registry.NodeFacts;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.DatasetCard;
import io.tributary.proto.v1.Declined;
import io.tributary.proto.v1.ExpectedGroup;
import io.tributary.proto.v1.Failed;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.Progress;
import io.tributary.transport.PeerIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The messages of Join, to and from the coordinator's own words. */
final class NodeMessages {
  static final String PROTOCOL = "v1";

  /* Control characters, line ends, and what turns the direction of writing. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+");

  private static final int LONGEST_SENTENCE = 500;
  private static final int MOST_LABELS = 100_000;

  private NodeMessages() {}

  /**
   * What a Hello says. A node without examples is taken in and never drawn.
   *
   * @param mostExamples that a node may declare; more, or fewer than none, is REFUSED
   */
  static NodeFacts facts(Hello hello, PeerIdentity peer, long mostExamples) {
    if (!hello.getProtocolsList().contains(PROTOCOL)) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "protocols of the node",
          sentence(String.join(", ", hello.getProtocolsList())),
          PROTOCOL,
          "Update Tributary at the site.");
    }
    DatasetCard card = hello.getCard();
    if (card.getLabelsCount() > MOST_LABELS) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "dataset card",
          card.getLabelsCount() + " labels",
          "at most " + MOST_LABELS,
          "Mend the node.");
    }
    checkCount(card.getTrainExamples(), "training");
    checkCount(card.getValidationExamples(), "validation");
    if (card.getTrainExamples() > mostExamples) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "dataset card",
          card.getTrainExamples() + " training examples",
          "at most " + mostExamples + ", the coordinator's limits.examples",
          "Check the site's data, or ask the operator to raise the limit.");
    }
    return new NodeFacts(
        sentence(hello.getVersion()),
        sentence(hello.getDevice()),
        card.getLabelsList(),
        card.getTrainExamples(),
        card.getValidationExamples(),
        peer.serial(),
        peer.notAfter());
  }

  private static void checkCount(long examples, String part) {
    if (examples < 0) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "dataset card",
          examples + " " + part + " examples",
          "0 or more",
          "Check the site's data.");
    }
  }

  /** The open assignments of a Hello; those of other nodes are a lie and refused. */
  static List<AssignmentId> open(Hello hello, NodeName node) {
    List<AssignmentId> open = new ArrayList<>();
    for (String text : hello.getOpenAssignmentsList()) {
      open.add(own(text, node));
    }
    return open;
  }

  /** The assignment of a message, which must be the sender's own. */
  static AssignmentId own(String text, NodeName node) {
    AssignmentId id = AssignmentId.parse(text);
    if (!id.node().equals(node)) {
      throw FederationException.of(
          ErrorKind.NOT_ADMITTED,
          "assignment",
          id,
          "one of " + node,
          "Use the certificate of the node that was asked.");
    }
    return id;
  }

  static Assignment assignment(AssignmentOffer offer) {
    Assignment.Builder message =
        Assignment.newBuilder()
            .setId(offer.id().toString())
            .setWork(offer.evaluates() ? Assignment.Work.WORK_EVALUATE : Assignment.Work.WORK_TRAIN)
            .setPlan(offer.plan())
            .setPlanDigest(offer.planDigest().toString())
            .setBase(file(offer.base()))
            .setTrained(file(offer.trained()))
            .setTimeLeft(Times.duration(offer.timeLeft()))
            .setCheckpoint(offer.checkpoint().toString());
    offer.statistics().ifPresent(statistics -> message.setStatistics(file(statistics)));
    offer.control().ifPresent(control -> message.setControl(file(control)));
    offer.groups().forEach(group -> message.addGroups(group(group)));
    offer.lastCounted().ifPresent(id -> message.setLastCounted(id.toString()));
    return message.build();
  }

  static RoundEvent declined(AssignmentId id, Declined message) {
    return switch (message.getReason()) {
      case REASON_BUSY -> declined(id, "BUSY", message, true);
      case REASON_RESOURCES -> declined(id, "RESOURCES", message, true);
      case REASON_POLICY -> declined(id, "POLICY", message, false);
      case REASON_DATA -> declined(id, "DATA", message, false);
      case REASON_UNSUPPORTED -> declined(id, "UNSUPPORTED", message, false);
      case REASON_UNSPECIFIED, UNRECOGNIZED -> declined(id, "UNSPECIFIED", message, false);
    };
  }

  private static RoundEvent declined(
      AssignmentId id, String reason, Declined message, boolean askAgain) {
    return new RoundEvent.NodeDeclined(id, reason, sentence(message.getSentence()), askAgain);
  }

  static RoundEvent failed(AssignmentId id, Failed message) {
    ErrorKind kind =
        Optional.of(message.getKind()).flatMap(NodeMessages::kind).orElse(ErrorKind.INTERNAL);
    return new RoundEvent.NodeFailed(
        id, kind, message.getRetryable(), sentence(message.getSentence()));
  }

  private static Optional<ErrorKind> kind(String token) {
    for (ErrorKind kind : ErrorKind.values()) {
      if (kind.name().equals(token)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** How far an assignment has come; empty where the node does not say at what. */
  static Optional<LiveProgress> progress(Progress message) {
    return stage(message.getStage())
        .map(
            stage ->
                new LiveProgress(
                    stage,
                    Math.max(0, message.getDone()),
                    Math.max(0, message.getTotal()),
                    message.getPerSecond(),
                    message.getLoss()));
  }

  private static Optional<LiveProgress.Stage> stage(Progress.Stage stage) {
    return switch (stage) {
      case STAGE_FETCHING -> Optional.of(LiveProgress.Stage.FETCHING);
      case STAGE_TRAINING -> Optional.of(LiveProgress.Stage.TRAINING);
      case STAGE_VALIDATING -> Optional.of(LiveProgress.Stage.VALIDATING);
      case STAGE_SUBMITTING -> Optional.of(LiveProgress.Stage.SUBMITTING);
      case STAGE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** A node's own words, in one line of bounded length: they go into the journal and to people. */
  static String sentence(String text) {
    String line = UNPRINTABLE.matcher(text).replaceAll(" ").strip();
    return line.codePointCount(0, line.length()) <= LONGEST_SENTENCE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_SENTENCE)) + "…";
  }

  private static FileReference file(ArtifactRef file) {
    return FileReference.newBuilder()
        .setDigest(file.digest().toString())
        .setSize(file.bytes())
        .build();
  }

  private static ExpectedGroup group(io.tributary.coordinator.round.ExpectedGroup group) {
    return ExpectedGroup.newBuilder()
        .setName(group.name())
        .setLayoutDigest(group.layout().toString())
        .setCodec(group.codec())
        .setSize(group.bytes())
        .build();
  }
}
