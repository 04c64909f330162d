package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Candidates that sites evaluate. */
final class AtSitesTest {
  private long session = 1000;

  private static Map<String, String> sites(String... more) {
    Map<String, String> changes = new HashMap<>(Map.of("evaluation.where", "\"sites\""));
    for (int i = 0; i < more.length; i += 2) {
      changes.put(more[i], more[i + 1]);
    }
    return changes;
  }

  private Table started(Map<String, String> changes, String... nodes) {
    var table = new Table();
    for (String node : nodes) {
      join(table, node, 10);
    }
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(changes), false)));
    return table;
  }

  private void join(Table table, String node, long validation) {
    table.take(
        new RoundEvent.NodeJoined(
            new NodeProfile(new NodeName(node), Set.of("a", "b"), 100, validation),
            ++session,
            List.of()));
  }

  /** Of ten examples, five of each label, so many of each right. */
  private static Tally tally(int right) {
    return new Tally(
        TaskKind.CLASSIFICATION,
        10,
        new TreeMap<>(Map.of(Tally.LOSS, 20.0 - right, Tally.RIGHT, 2.0 * right)),
        new TreeMap<>(
            Map.of(
                Tally.LABELS,
                List.of(new LabelCounts(right, 5, 5), new LabelCounts(right, 5, 5)))));
  }

  private static AssignmentRecord evaluation(Table table, String node) {
    return table.run().open().evaluations().stream()
        .filter(one -> one.node().value().equals(node))
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new NoSuchElementException("no evaluation of " + node));
  }

  private static Answer report(Table table, String node, int right) {
    return table.take(new RoundEvent.SiteEvaluated(evaluation(table, node).id(), tally(right)));
  }

  private static Set<String> asked(Table table) {
    Set<String> asked = new TreeSet<>();
    table.run().open().evaluations().forEach(one -> asked.add(one.node().value()));
    return asked;
  }

  @Test
  void onlySites_roundZeroIsTheBase_andTheirFiguresTogetherChoose() {
    Table table = started(sites(), "n1", "n2");
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    assertEquals(Set.of("n1", "n2"), asked(table));
    assertTrue(table.effects(Effect.Evaluate.class).isEmpty());
    Effect.OfferAssignment offer = table.effect(Effect.OfferAssignment.class);
    assertTrue(offer.evaluates());
    assertEquals(table.run().spec().zero(), offer.checkpoint());
    assertEquals(Optional.empty(), offer.lastCounted());

    report(table, "n1", 2);
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    report(table, "n2", 4);

    RoundRecord zero = table.run().rounds().get(0);
    assertEquals(20, zero.figures().examples());
    assertEquals(0.6, zero.figures().macroF1(), 1e-12);
    assertEquals(0.6, zero.figures().accuracy(), 1e-12);
    assertEquals((18.0 + 16) / 20, zero.figures().loss(), 1e-12);
    SitesRecord sites = zero.sites().orElseThrow();
    assertEquals(2, sites.reported());
    assertEquals("n1", sites.worst(Metric.MACRO_F1).orElseThrow().node().value());
    assertEquals("n1", sites.worst(Metric.LOSS).orElseThrow().node().value());
    assertEquals(0.4, requireNonNull(sites.sites().get(0).figures().get("accuracy")), 1e-12);
    assertEquals(0.6, table.run().best().orElseThrow().figure(), 1e-12);
    assertEquals(Phase.COLLECTING, table.run().phase());
    assertTrue(table.run().open().evaluations().isEmpty());
  }

  /** A site that sends an update instead of its figures holds nobody up. */
  @Test
  void upload_toAnEvaluation_changesNothing() {
    Table table = started(sites(), "n1", "n2");
    AssignmentId id = evaluation(table, "n1").id();
    table.take(new RoundEvent.UploadRefused(id, "wrong groups"));
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    assertEquals("", evaluation(table, "n1").reason());
    assertFalse(evaluation(table, "n1").awaitsUpdate());
    report(table, "n1", 2);
    report(table, "n2", 4);
    assertEquals(Phase.COLLECTING, table.run().phase());
  }

  @Test
  void candidate_isWhatIsOffered_andTrainingRecordsStayApart() {
    Table table = started(sites(), "n1", "n2");
    report(table, "n1", 2);
    report(table, "n2", 2);
    table.count("n1", "n2").aggregate();

    Checkpoint candidate = table.run().open().candidate().orElseThrow().checkpoint();
    Effect.OfferAssignment offer =
        table.effects(Effect.OfferAssignment.class).stream()
            .filter(Effect.OfferAssignment::evaluates)
            .findFirst()
            .orElseThrow();
    assertEquals(candidate, offer.checkpoint());
    AssignmentId trained =
        new AssignmentId(offer.assignment().round(), 1, offer.assignment().node());
    assertEquals(2, offer.assignment().attempt());
    assertEquals(AssignmentStage.COUNTED, table.run().find(trained).orElseThrow().stage());

    report(table, "n1", 3);
    report(table, "n2", 5);
    RoundRecord first = table.run().rounds().get(1);
    assertEquals(2, first.updates());
    assertEquals(2, first.cohort().size());
    assertEquals(0.8, first.sites().orElseThrow().together().orElseThrow().macroF1(), 1e-12);
    assertEquals(1, table.run().best().orElseThrow().round());
  }

  @Test
  void both_coordinatorFirst_andItsFigureChoosesUnlessThePlanSaysOtherwise() {
    for (boolean bySites : List.of(false, true)) {
      Table table =
          started(
              Map.of(
                  "evaluation.where",
                  "\"both\"",
                  "evaluation.choose.by",
                  bySites ? "\"sites\"" : "\"central\""),
              "n1",
              "n2");
      assertEquals(Phase.EVALUATING, table.run().phase());
      table.evaluate(0.9);
      assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
      report(table, "n1", 2);
      report(table, "n2", 2);
      RoundRecord zero = table.run().rounds().get(0);
      assertEquals(0.9, zero.figures().macroF1());
      assertEquals(0.4, zero.sites().orElseThrow().together().orElseThrow().macroF1(), 1e-12);
      assertEquals(bySites ? 0.4 : 0.9, table.run().best().orElseThrow().figure(), 1e-12);
    }
  }

  @Test
  void nodeWithoutValidationPart_orOfAnotherLabelSet_isNotAsked() {
    Table table = started(sites(), "n1", "n2");
    assertEquals(Set.of("n1", "n2"), asked(table));
    join(table, "n3", 0);
    table.take(
        new RoundEvent.NodeJoined(
            new NodeProfile(new NodeName("n4"), Set.of("z"), 100, 10), 5000, List.of()));
    assertEquals(Set.of("n1", "n2"), asked(table));
    join(table, "n5", 1);
    assertEquals(Set.of("n1", "n2", "n5"), asked(table));
  }

  @Test
  void declined_siteIsShownWithItsReason_andTheOthersGoOn() {
    Table table = started(sites(), "n1", "n2", "n3");
    table.take(
        new RoundEvent.NodeDeclined(
            evaluation(table, "n2").id(), "POLICY", "site policy says no", false));
    report(table, "n1", 1);
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    report(table, "n3", 5);

    SitesRecord sites = table.run().rounds().get(0).sites().orElseThrow();
    assertEquals(2, sites.reported());
    assertEquals("site policy says no", sites.sites().get(1).reason());
    assertEquals(0, sites.sites().get(1).examples());
    assertEquals("n1", sites.worst(Metric.MACRO_F1).orElseThrow().node().value());
  }

  @Test
  void failed_isAskedAgain_butNotForEver() {
    Table table = started(sites(), "n1");
    for (int i = 0; i < 3; i++) {
      AssignmentId id = evaluation(table, "n1").id();
      assertEquals(2 + i, id.attempt());
      table.take(new RoundEvent.NodeFailed(id, ErrorKind.WORKER_CRASHED, true, "it crashed"));
    }
    assertEquals(3, table.run().open().evaluations().size());
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase(), "waits for others");
    join(table, "n2", 10);
    report(table, "n2", 3);
    assertEquals(1, table.run().rounds().get(0).sites().orElseThrow().reported());
    assertEquals(2, table.run().rounds().get(0).sites().orElseThrow().sites().size());
  }

  @Test
  void deadline_withTheQuorum_goesOnWithoutTheSilent() {
    Table table = started(sites("evaluation.sites.deadline", "\"5m\""), "n1", "n2");
    AssignmentId silent = evaluation(table, "n2").id();
    report(table, "n1", 3);
    table.pass(Duration.ofMinutes(4));
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    table.messages.clear();
    table.pass(Duration.ofMinutes(1));

    assertEquals(Phase.COLLECTING, table.run().phase());
    SitesRecord sites = table.run().rounds().get(0).sites().orElseThrow();
    assertEquals("the evaluation closed without it", sites.sites().get(1).reason());
    assertEquals(
        List.of(silent),
        table.messages.stream()
            .map(message -> ((Effect.CancelAssignment) message).assignment())
            .toList());
    assertInstanceOf(
        Answer.Stale.class, table.take(new RoundEvent.SiteEvaluated(silent, tally(1))));
  }

  @Test
  void deadline_belowTheQuorum_holdsTheRun_andResumeAsksAgain() {
    Table table = started(sites("evaluation.sites.quorum", "2"), "n1", "n2");
    report(table, "n1", 3);
    table.take(
        new RoundEvent.NodeDeclined(
            evaluation(table, "n2").id(), "POLICY", "site policy says no", false));
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    table.pass(Duration.ofMinutes(10));
    assertEquals(Phase.PAUSED_TOO_FEW_NODES, table.run().phase());
    assertTrue(
        table.run().reason().contains("round 0: 1 sites evaluated (expected: 2)"),
        table.run().reason());

    table.take(new RoundEvent.ResumeAsked(table.run().run()));
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    report(table, "n2", 3);
    assertEquals(2, table.run().rounds().get(0).sites().orElseThrow().reported());
  }

  @Test
  void both_centralChooses_nobodyTells_goesOnWithoutWaiting() {
    Table table = started(Map.of("evaluation.where", "\"both\""), "n1", "n2");
    table.evaluate(0.5);
    for (String node : List.of("n1", "n2")) {
      table.take(new RoundEvent.NodeDeclined(evaluation(table, node).id(), "POLICY", "no", false));
    }
    RoundRecord zero = table.run().rounds().get(0);
    assertEquals(Optional.empty(), zero.sites().orElseThrow().together());
    assertEquals(Optional.empty(), zero.sites().orElseThrow().worst(Metric.MACRO_F1));
    assertEquals(Phase.COLLECTING, table.run().phase());
  }

  @Test
  void pausedRun_keepsItsEvaluationsWaiting() {
    Table table = started(sites(), "n1", "n2");
    report(table, "n1", 3);
    table.take(new RoundEvent.PauseAsked(table.run().run(), "op"));
    assertInstanceOf(Answer.Refused.class, report(table, "n2", 3));
    table.take(new RoundEvent.ResumeAsked(table.run().run()));
    assertEquals(Answer.done(), report(table, "n2", 3));
    assertEquals(1, table.run().rounds().size());
  }

  @Test
  void siteThatTellsTheImpossible_isRefusedAndSeen() {
    Table table = started(sites(), "n1", "n2");
    var much =
        new Tally(
            TaskKind.CLASSIFICATION, 11, new TreeMap<>(Map.of(Tally.LOSS, 1.0)), new TreeMap<>());
    table.take(new RoundEvent.SiteEvaluated(evaluation(table, "n1").id(), much));
    assertEquals(AssignmentStage.FAILED, evaluation(table, "n1").stage());
    report(table, "n2", 3);
    SitesRecord sites = table.run().rounds().get(0).sites().orElseThrow();
    assertTrue(sites.sites().get(0).reason().contains("at most the 10"), sites.toString());
    assertEquals(10, sites.together().orElseThrow().examples());
  }

  @Test
  void oneSitesLossNoNumber_isTheWorst_andEndsNothing() {
    Table table = started(sites(), "n1", "n2");
    var lost = new Tally(TaskKind.CLASSIFICATION, 10, new TreeMap<>(), new TreeMap<>());
    report(table, "n1", 3);
    table.take(new RoundEvent.SiteEvaluated(evaluation(table, "n2").id(), lost));
    SitesRecord sites = table.run().rounds().get(0).sites().orElseThrow();
    assertEquals(10, sites.together().orElseThrow().examples());
    assertEquals("n2", sites.worst(Metric.MACRO_F1).orElseThrow().node().value());
    assertEquals("its loss is not a number", sites.sites().get(1).reason());
  }

  @Test
  void noSitesLossANumber_isDivergence() {
    Table table = started(sites(), "n1", "n2");
    var lost = new Tally(TaskKind.CLASSIFICATION, 10, new TreeMap<>(), new TreeMap<>());
    table.take(new RoundEvent.SiteEvaluated(evaluation(table, "n1").id(), lost));
    table.take(new RoundEvent.SiteEvaluated(evaluation(table, "n2").id(), lost));
    assertEquals(Phase.FAILED, table.run().phase());
    assertTrue(table.run().reason().contains("round 0 diverged"), table.run().reason());
  }

  @Test
  void deterministicPlan_waitsForItsNodes_andSaysWhoWasMissed() {
    Map<String, String> changes =
        sites("deterministic", "true", "federation.cohort.nodes", "[\"n1\",\"n2\",\"n3\"]");
    Table table = started(changes, "n1", "n2");
    report(table, "n1", 3);
    report(table, "n2", 3);
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase(), "n3 may yet come");
    join(table, "n3", 10);
    report(table, "n3", 3);
    assertEquals(Optional.empty(), table.run().promiseLost());

    Table late = started(changes, "n1", "n2");
    report(late, "n1", 3);
    report(late, "n2", 3);
    late.pass(Duration.ofMinutes(10));
    assertEquals(Optional.of("round 0 was evaluated without n3"), late.run().promiseLost());
  }

  @Test
  void deterministicPlan_whoKeepsItsFiguresToItself_breaksNoPromise() {
    Table table =
        started(
            sites("deterministic", "true", "federation.cohort.nodes", "[\"n1\",\"n2\"]"),
            "n1",
            "n2");
    report(table, "n1", 3);
    table.take(new RoundEvent.NodeDeclined(evaluation(table, "n2").id(), "POLICY", "no", false));
    assertEquals(1, table.run().rounds().size());
    assertEquals(Optional.empty(), table.run().promiseLost());
  }

  @Test
  void restart_foldsTheSameState_andOffersAgain() {
    Table table = started(sites(), "n1", "n2");
    report(table, "n1", 2);
    table.restart();
    assertEquals(Phase.EVALUATING_AT_SITES, table.run().phase());
    assertEquals(AssignmentStage.COUNTED, evaluation(table, "n1").stage());
    assertTrue(table.effects(Effect.OfferAssignment.class).isEmpty());
    join(table, "n2", 10);
    assertEquals(
        List.of(evaluation(table, "n2").id()),
        table.effects(Effect.OfferAssignment.class).stream()
            .map(Effect.OfferAssignment::assignment)
            .toList());
    report(table, "n2", 2);
    assertEquals(2, table.run().rounds().get(0).sites().orElseThrow().reported());
    assertEquals(table.run(), World.fold(table.history).find(table.run().run()).orElseThrow());
  }

  @Test
  void sameSumsTwice_areTakenOnce_andAnUpdateIsNoEvaluation() {
    Table table = started(sites(), "n1", "n2");
    report(table, "n1", 2);
    long rows = table.run().marks().sequence();
    assertEquals(Answer.done(), report(table, "n1", 5));
    assertEquals(rows, table.run().marks().sequence());
    assertInstanceOf(Answer.Stale.class, table.submit(evaluation(table, "n2").id(), "an update"));
    assertEquals(rows, table.run().marks().sequence());
  }

  @Test
  void busyNode_isNotAskedBeforeItIsFree() {
    var table = new Table();
    join(table, "n1", 10);
    join(table, "n2", 10);
    table.take(new RoundEvent.RunAsked(Plans.spec("a-1", Plans.plan(Map.of()), false)));
    table.evaluate("a-1", 0.1);
    assertEquals(Phase.COLLECTING, table.run("a-1").phase());
    table.take(new RoundEvent.RunAsked(Plans.spec("b-1", Plans.plan(sites()), false)));
    assertTrue(table.run("b-1").open().evaluations().isEmpty());
    assertFalse(table.run("b-1").phase().held());
    table.take(
        new RoundEvent.NodeFailed(
            table.run("a-1").open().live().get(0).id(),
            ErrorKind.WORKER_CRASHED,
            false,
            "it crashed"));
    assertEquals(1, table.run("b-1").open().evaluations().size());
  }
}
