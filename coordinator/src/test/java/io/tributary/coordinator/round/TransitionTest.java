package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.TaskKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The journal's format of every transition. */
final class TransitionTest {
  private static final AssignmentId ID = AssignmentId.parse("t-1/1/2/site-a");

  static List<Transition> oneOfEach() {
    return List.of(
        new Transition.RunCreated(Plans.spec("t-1", Plans.plan(Map.of()), true)),
        new Transition.RoundOpened(1, Plans.digest("c")),
        new Transition.CohortDrawn(
            2, List.of(new DrawnNode(new NodeName("site-a"), 120)), 3, Optional.of("without b")),
        new Transition.CohortDrawn(3, List.of(), 3, Optional.empty()),
        new Transition.AssignmentAccepted(ID),
        new Transition.AssignmentDeclined(ID, "POLICY", "not \"this\"", false),
        new Transition.AssignmentFailed(ID, ErrorKind.OUT_OF_MEMORY, true, "it died"),
        new Transition.UpdateReceipted(ID, Plans.update("u", Plans.digest("c"))),
        new Transition.UpdateJudged(ID, new Judgement.Passed(0.1)),
        new Transition.UpdateJudged(ID, new Judgement.Refused("NORM", "9 (expected: 1)")),
        new Transition.AttemptExtended(2, "1 of 2"),
        new Transition.CollectionClosed(List.of(ID), Optional.of("without b")),
        new Transition.CollectionClosed(List.of(ID), Optional.empty()),
        new Transition.AggregationFinished(
            new Candidate(
                Plans.checkpoint("d"), new TreeMap<>(Map.of(new NodeName("site-a"), 0.25)))),
        new Transition.EvaluationFinished(Plans.figures(0.625)),
        new Transition.RoundCommitted(1, Plans.digest("d")),
        new Transition.BestMoved(1, 0.625),
        new Transition.RoundsEnded(CompletionReason.PATIENCE),
        new Transition.TestEvaluated(1, Plans.figures(0.5)),
        new Transition.WorkFailed("1/aggregate#9", ErrorKind.FULL, "no space"),
        new Transition.RunPaused(Phase.PAUSED_FAULT, "no space"),
        new Transition.RunResumed(Phase.RECRUITING, 4),
        new Transition.RunStopped("by op"),
        new Transition.RunCompleted(CompletionReason.TARGET),
        new Transition.RunFailed("diverged"),
        new Transition.CoordinatorStarted(3),
        new Transition.RunCreated(
            Plans.spec("t-2", Plans.plan(Map.of()), true).startingFrom(RoundId.parse("t-1/2"))),
        new Transition.WorkRetried(),
        new Transition.UploadRefused(ID, "too many bytes"),
        new Transition.SitesAsked(2, List.of(new DrawnNode(new NodeName("site-a"), 12))),
        new Transition.SiteReported(ID, tally()),
        new Transition.SitesEvaluated(Optional.of(Plans.figures(0.625)), Optional.of("without b")),
        new Transition.SitesEvaluated(Optional.empty(), Optional.empty()));
  }

  private static Tally tally() {
    return new Tally(
        TaskKind.CLASSIFICATION,
        4,
        new TreeMap<>(Map.of(Tally.LOSS, 2.0, Tally.RIGHT, 3.0)),
        new TreeMap<>(
            Map.of(Tally.LABELS, List.of(new LabelCounts(2, 2, 3), new LabelCounts(1, 2, 1)))));
  }

  @Test
  void everyKind_writtenAndRead_isEqual() {
    var seen = new TreeSet<String>();
    for (Transition transition : oneOfEach()) {
      String text = transition.toJson().canonical();
      Transition read = Transition.parse(transition.kind(), JsonReader.read(text));
      assertEquals(transition, read);
      assertEquals(text, read.toJson().canonical());
      seen.add(transition.kind());
    }
    assertEquals(Transition.kinds(), List.copyOf(seen), "one of each kind is tested");
    assertEquals(Transition.kinds().size(), Transition.class.getPermittedSubclasses().length);
  }

  @Test
  void goldenJournalOfEachVersion_isReadAndWrittenTheSame() throws IOException {
    List<String> lines = new ArrayList<>(golden("transitions-v1.jsonl"));
    lines.addAll(golden("transitions-v2.jsonl"));
    lines.addAll(golden("transitions-v3.jsonl"));
    assertEquals(oneOfEach().size(), lines.size());
    for (int i = 0; i < lines.size(); i++) {
      JsonObject line = (JsonObject) JsonReader.read(lines.get(i));
      String kind = Fields.of("line", line).text("kind");
      Transition read = Transition.parse(kind, line.find("transition").orElseThrow());
      assertEquals(oneOfEach().get(i), read, "line " + (i + 1));
      if (!(read instanceof Transition.RunCreated)) { // a plan may have gained a key with a default
        assertEquals(lines.get(i), line(read));
      }
    }
  }

  private static String line(Transition transition) {
    return JsonValue.object()
        .put("kind", transition.kind())
        .put("transition", transition.toJson())
        .build()
        .canonical();
  }

  private static List<String> golden(String file) throws IOException {
    try (InputStream in = TransitionTest.class.getResourceAsStream("/journal/" + file)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().toList();
    }
  }

  @Test
  void unknownKind_isCorrupt() {
    var thrown =
        assertThrows(
            FederationException.class, () -> Transition.parse("Nonsense", JsonReader.read("{}")));
    assertEquals(ErrorKind.CORRUPT, thrown.kind());
    assertTrue(thrown.sentence().contains("Nonsense"), thrown.sentence());
  }

  @Test
  void anyFieldMissingOrOfAnotherType_isCorruptAndNamed() {
    List<String> optional = List.of("promise-lost", "together");
    for (Transition transition : oneOfEach()) {
      for (String key : transition.toJson().fields().keySet()) {
        if (!optional.contains(key)) {
          refuses(transition, key, null);
        }
        refuses(transition, key, JsonReader.read("[[]]"));
      }
    }
  }

  private static void refuses(
      Transition transition, String key, @org.jspecify.annotations.Nullable JsonValue value) {
    Map<String, JsonValue> fields = new TreeMap<>(transition.toJson().fields());
    fields.remove(key);
    if (value != null) {
      fields.put(key, value);
    }
    String what = transition.kind() + "." + key;
    var thrown =
        assertThrows(
            FederationException.class,
            () -> Transition.parse(transition.kind(), JsonValue.object(fields)),
            what);
    assertEquals(ErrorKind.CORRUPT, thrown.kind(), what);
    assertTrue(thrown.sentence().contains(key), thrown.sentence());
  }

  @Test
  void wordsAndNumbersOutOfRange_areCorrupt() {
    for (String text :
        List.of(
            "{\"phase\":\"NOWHERE\",\"reason\":\"\"}",
            "{\"phase\":\"recruiting\",\"reason\":\"\"}")) {
      assertThrows(
          FederationException.class, () -> Transition.parse("RunPaused", JsonReader.read(text)));
    }
    for (String number : List.of("1.5", "4294967297", "99999999999999999999")) {
      String text = "{\"attempt\":" + number + ",\"reason\":\"\"}";
      var thrown =
          assertThrows(
              FederationException.class,
              () -> Transition.parse("AttemptExtended", JsonReader.read(text)));
      assertEquals(ErrorKind.CORRUPT, thrown.kind());
    }
  }

  @Test
  void updateFacts_metricNotFinite_isRefused() {
    UpdateFacts good = Plans.update("u", Plans.digest("c"));
    var thrown =
        assertThrows(
            FederationException.class,
            () ->
                new UpdateFacts(
                    good.checkpoint(),
                    good.groups(),
                    1,
                    1,
                    new TreeMap<>(Map.of("loss", Double.NaN)),
                    1,
                    1));
    assertEquals(ErrorKind.INVALID_ARGUMENT, thrown.kind());
  }

  @Test
  void updateDigest_dependsOnGroupsOnly() {
    UpdateFacts one = Plans.update("u", Plans.digest("c"));
    UpdateFacts two = new UpdateFacts(Plans.digest("d"), one.groups(), 9, 9, new TreeMap<>(), 9, 9);
    assertEquals(one.digest(), two.digest());
    List<UpdateGroup> groups = new ArrayList<>(one.groups());
    groups.addAll(one.groups());
    UpdateFacts three = new UpdateFacts(Plans.digest("c"), groups, 10, 5, new TreeMap<>(), 1, 1);
    assertTrue(!three.digest().equals(one.digest()));
  }
}
