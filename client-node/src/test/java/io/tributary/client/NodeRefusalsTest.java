package io.tributary.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Declined;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node does not take, and what it says. */
class NodeRefusalsTest extends NodeTestCase {
  @Test
  void otherRunWhileTraining_isDeclinedAsBusy() throws Exception {
    joined();
    fixture.worker.holdTraining();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    fixture.worker.started.await();
    coordinator.send(fixture.offer("other-1/1/1/site-a"));
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_BUSY, declined.getReason());
    assertEquals("other-1/1/1/site-a", declined.getAssignment());
  }

  @Test
  void policy_refusesWhatItDoesNotAllow() throws Exception {
    fixture.with(", \"policy\": {\"max-epochs\": 2, \"what-may-travel\": \"head\"}");
    joined();
    coordinator.send(fixture.offer(fixture.id(1, 1), fixture.plan(", \"train\": {\"epochs\": 3}")));
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_POLICY, declined.getReason());
    assertTrue(declined.getSentence().contains("max-epochs"), declined.getSentence());
    coordinator.send(fixture.offer(fixture.id(1, 2)));
    declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertTrue(declined.getSentence().contains("what-may-travel"), declined.getSentence());
    assertTrue(fixture.worker.trained.isEmpty());
  }

  @Test
  void modelLargerThanPolicy_isDeclinedBeforeItIsFetched() throws Exception {
    fixture.with(", \"policy\": {\"max-model\": \"100B\"}");
    joined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertTrue(declined.getSentence().contains("max-model"), declined.getSentence());
    assertEquals(1, coordinator.fetches.get(), "the manifest alone");
  }

  @Test
  void labelsThatDoNotFit_areDeclinedAsData() throws Exception {
    Files.writeString(fixture.data, "x,y,label\n1,2,a\n2,3,c\n");
    joined();
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_DATA, declined.getReason());
    assertToldWithoutData(declined.getSentence(), "\"c\"");
  }

  /** What is in the site's files stays in the site's log. */
  private void assertToldWithoutData(String sentence, String value) {
    assertTrue(sentence.startsWith("data at this site: can't be used"), sentence);
    assertFalse(sentence.contains(value), sentence);
    assertFalse(sentence.contains(fixture.data.toString()), sentence);
  }

  @Test
  void changedData_areNoticedAndAnnounced() throws Exception {
    joined();
    Files.writeString(fixture.data, "x,y,label\n1,2,a\n2,3,b\n3,4,a\n4,5,b\n9,9,a\n");
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    Hello hello = coordinator.await(NodeMessage::hasHello).getHello();
    assertEquals(5, hello.getCard().getTrainExamples());
    assertEquals(List.of(fixture.id(1, 1)), hello.getOpenAssignmentsList());
    coordinator.await(NodeMessage::hasFinished);
    assertEquals(1, fixture.worker.trained.size());
  }

  @Test
  void brokenData_areDeclinedAndTheNodeStays() throws Exception {
    joined();
    Files.writeString(fixture.data, "x,y,label\n1,oops,a\n2,3,b\n");
    coordinator.send(fixture.offer(fixture.id(1, 1)));
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_DATA, declined.getReason());
    assertToldWithoutData(declined.getSentence(), "oops");
    Files.writeString(fixture.data, "x,y,label\n1,2,a\n2,3,b\n3,4,b\n");
    coordinator.send(fixture.offer(fixture.id(1, 2)));
    coordinator.await(NodeMessage::hasFinished);
  }

  @Test
  void planForMoreThreads_isDeclinedAsResources() throws Exception {
    fixture.with(", \"limits\": {\"threads\": 1}");
    joined();
    coordinator.send(
        fixture.offer(fixture.id(1, 1), fixture.plan(", \"train\": {\"threads\": 2}")));
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_RESOURCES, declined.getReason());
  }

  @Test
  void textPlanAtATabularSite_isDeclinedAsData() throws Exception {
    joined();
    String text = fixture.plan("").toJson().canonical();
    var offer = fixture.offer(fixture.id(1, 1));
    String other = text.replace("tabular-classification", "text-classification");
    offer
        .getAssignmentBuilder()
        .setPlan(other)
        .setPlanDigest(io.tributary.federation.Digest.ofUtf8(other).toString());
    coordinator.send(offer);
    var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
    assertEquals(Declined.Reason.REASON_DATA, declined.getReason());
  }

  @Test
  void whatTheNodeCannotDo_isDeclinedAsUnsupported() throws Exception {
    joined();
    var other = fixture.offer(fixture.id(1, 1));
    other.getAssignmentBuilder().setWork(io.tributary.proto.v1.Assignment.Work.WORK_UNSPECIFIED);
    var codec = fixture.offer(fixture.id(2, 1));
    codec.getAssignmentBuilder().getGroupsBuilder(0).setCodec("int8");
    var digest = fixture.offer(fixture.id(3, 1));
    digest.getAssignmentBuilder().setPlan("{}");
    for (var offer : List.of(other, codec, digest)) {
      coordinator.send(offer);
      var declined = coordinator.await(NodeMessage::hasDeclined).getDeclined();
      assertEquals(Declined.Reason.REASON_UNSUPPORTED, declined.getReason());
    }
    assertTrue(fixture.worker.trained.isEmpty());
  }

  @Test
  void updateOfTheWrongSize_neverLeavesTheSite() throws Exception {
    joined();
    var offer = fixture.offer(fixture.id(1, 1));
    offer.getAssignmentBuilder().getGroupsBuilder(0).setSize(4);
    coordinator.send(offer);
    var failed = coordinator.await(NodeMessage::hasFailed).getFailed();
    assertEquals("INTERNAL", failed.getKind());
    assertEquals(0, coordinator.receipts.get());
  }

  @Test
  void perLabelCounts_stayAtTheSiteWherePolicySaysSo() throws Exception {
    fixture.with(", \"policy\": {\"share-label-counts\": false}");
    node = fixture.start();
    Hello hello = coordinator.await(NodeMessage::hasHello).getHello();
    assertEquals(0, hello.getCard().getPerLabelCount());
    assertEquals(4, hello.getCard().getTrainExamples());
  }

  @Test
  void secondNodeOnOneFolder_isRefused() throws Exception {
    joined();
    var refusal = assertThrows(FederationException.class, fixture::start);
    assertEquals(ErrorKind.IN_USE, refusal.kind());
  }

  @Test
  void emptyData_isRefusedAtTheStart() throws Exception {
    Files.writeString(fixture.data, "x,y,label\n");
    var refusal = assertThrows(FederationException.class, fixture::start);
    assertEquals(ErrorKind.INVALID_DATA, refusal.kind());
  }
}
