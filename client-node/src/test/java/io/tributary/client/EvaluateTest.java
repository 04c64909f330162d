package io.tributary.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.plan.Plan;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.Declined;
import io.tributary.proto.v1.Evaluated;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.NodeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node that evaluates a checkpoint on its own validation part, and what its policy lets out. */
class EvaluateTest extends NodeTestCase {
  private static final String WITH_PART =
      """
      , "data": {"train": {"source": "csv", "path": "data.csv", "features": ["x", "y"]},
                 "validation": "50%", "allow-one-class": true}""";

  private CoordinatorMessage.Builder evaluate(Plan plan) {
    var offer = fixture.offer(fixture.id(1, 2), plan);
    offer.getAssignmentBuilder().setWork(Assignment.Work.WORK_EVALUATE).clearGroups();
    return offer;
  }

  private Declined declined(String policy) throws Exception {
    fixture.instead(WITH_PART).with(policy);
    joined();
    coordinator.send(evaluate(fixture.plan(", \"evaluation\": {\"where\": \"sites\"}")));
    Declined declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertTrue(fixture.worker.evaluated.isEmpty());
    return declined;
  }

  private Evaluated evaluated() throws Exception {
    return coordinator.await(NodeMessage::hasEvaluated).getEvaluated();
  }

  @Test
  void evaluation_tellsSumsAndCounts_andLogsWhatLeft() throws Exception {
    fixture.instead(WITH_PART);
    joined();
    coordinator.send(evaluate(fixture.plan("")));
    assertEquals(
        fixture.id(1, 2),
        coordinator.await(NodeMessage::hasAccepted).getAccepted().getAssignment());
    Evaluated told = evaluated();
    assertEquals(fixture.id(1, 2), told.getAssignment());
    assertEquals("classification", told.getKind());
    assertEquals(2, told.getExamples());
    assertEquals(
        List.of(
            Metric.newBuilder().setName("loss").setValue(1.5).build(),
            Metric.newBuilder().setName("right").setValue(1).build()),
        told.getSumsList());
    assertEquals("labels", told.getCounts(0).getName());
    assertEquals(List.of(1L, 0L), told.getCounts(0).getHitsList());
    assertEquals(List.of(2L, 0L), told.getCounts(0).getPredictedList());
    assertEquals(List.of(1L, 1L), told.getCounts(0).getSupportList());
    assertEquals(0, told.getMomentsCount());
    try (Stream<Path> files = Files.walk(fixture.folder.resolve("state"))) {
      List<String> logs =
          files
              .filter(file -> file.getFileName().toString().startsWith("sent"))
              .map(EvaluateTest::read)
              .toList();
      assertTrue(logs.toString().contains("\"what\":\"evaluated\""), logs.toString());
      assertTrue(logs.toString().contains("\"labels\":[1,2,1,0,0,1]"), logs.toString());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void offeredAgain_isAnsweredAgain_andEvaluatedOnce() throws Exception {
    fixture.instead(WITH_PART);
    joined();
    coordinator.send(evaluate(fixture.plan("")));
    Evaluated first = evaluated();
    coordinator.send(evaluate(fixture.plan("")));
    assertEquals(first, evaluated());
    assertEquals(1, fixture.worker.evaluated.size());
  }

  @Test
  void connectionLostMeanwhile_answersWhenItIsOfferedAgain() throws Exception {
    fixture.instead(WITH_PART);
    fixture.worker.holdTraining();
    joined();
    coordinator.send(evaluate(fixture.plan("")));
    coordinator.await(NodeMessage::hasAccepted);
    coordinator.cut();
    coordinator.await(NodeMessage::hasHello);
    fixture.worker.release();
    coordinator.send(evaluate(fixture.plan("")));
    assertEquals(2, evaluated().getExamples());
    assertEquals(1, fixture.worker.evaluated.size());
  }

  @Test
  void labelCounts_stayAtTheSiteWherePolicySaysSo() throws Exception {
    fixture.instead(WITH_PART).with(", \"policy\": {\"share-label-counts\": false}");
    joined();
    coordinator.send(evaluate(fixture.plan("")));
    Evaluated told = evaluated();
    assertEquals(0, told.getCountsCount());
    assertEquals(2, told.getSumsCount());
  }

  @Test
  void labelCountsThatThePlanChoosesBy_declineThePlan() throws Exception {
    Declined declined = declined(", \"policy\": {\"share-label-counts\": false}");
    assertEquals(Declined.Reason.REASON_POLICY, declined.getReason());
    assertTrue(declined.getSentence().contains("macro-f1 chooses"), declined.getSentence());
  }

  @Test
  void siteThatEvaluatesForNobody_declines() throws Exception {
    Declined declined = declined(", \"policy\": {\"share-evaluation\": false}");
    assertEquals(Declined.Reason.REASON_POLICY, declined.getReason());
    assertTrue(declined.getSentence().contains("policy.share-evaluation"), declined.getSentence());
  }

  @Test
  void tooFewExamples_decline() throws Exception {
    Declined declined = declined(", \"policy\": {\"min-validation\": 3}");
    assertEquals(Declined.Reason.REASON_POLICY, declined.getReason());
    assertTrue(declined.getSentence().contains("2 examples (expected: at least 3)"));
  }

  @Test
  void noValidationPart_declinesAsData() throws Exception {
    joined();
    coordinator.send(evaluate(fixture.plan("")));
    Declined declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_DATA, declined.getReason());
    assertTrue(declined.getSentence().contains("data.validation"), declined.getSentence());
  }
}
