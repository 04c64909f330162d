package io.tributary.coordinator.round;

import io.tributary.aggregation.tally.TallyCodec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The journal's format of transitions: one entry a kind, its writer and its reader. */
final class TransitionCodec {
  private record Entry<T extends Transition>(
      Class<T> type, BiConsumer<T, ObjectBuilder> writer, Function<Fields, T> reader) {
    JsonObject write(Transition transition) {
      ObjectBuilder json = JsonValue.object();
      writer.accept(type.cast(transition), json);
      return json.build();
    }
  }

  private static final SortedMap<String, Entry<?>> KINDS = new TreeMap<>();

  static {
    beginnings();
    assignments();
    results();
    sites();
    repairs();
    endings();
  }

  private TransitionCodec() {}

  static JsonObject write(Transition transition) {
    Entry<?> entry = KINDS.get(transition.kind());
    if (entry == null) {
      throw new IllegalStateException("transition without a format: " + transition.kind());
    }
    return entry.write(transition);
  }

  static Transition read(String kind, JsonValue json) {
    Entry<?> entry = KINDS.get(kind);
    if (entry == null) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          "transition kind",
          kind,
          "a kind that this version knows",
          "Use the version that wrote the journal, or a newer one.");
    }
    return entry.reader().apply(Fields.of(kind, json));
  }

  static List<String> kinds() {
    return List.copyOf(KINDS.keySet());
  }

  private static <T extends Transition> void format(
      Class<T> type, BiConsumer<T, ObjectBuilder> writer, Function<Fields, T> reader) {
    KINDS.put(type.getSimpleName(), new Entry<>(type, writer, reader));
  }

  private static void beginnings() {
    format(
        Transition.RunCreated.class,
        (t, json) -> {
          json.put("spec", t.spec().toJson());
        },
        f -> new Transition.RunCreated(RunSpec.parse(f.section("spec"))));
    format(
        Transition.RoundOpened.class,
        (t, json) -> {
          json.put("round", t.round());
          json.put("checkpoint", t.checkpoint().toString());
        },
        f -> new Transition.RoundOpened(f.small("round"), f.digest("checkpoint")));
    format(
        Transition.CohortDrawn.class,
        (t, json) -> {
          json.put("attempt", t.attempt());
          json.put("nodes", JsonValue.array(t.nodes().stream().map(DrawnNode::toJson).toList()));
          json.put("target", t.target());
          t.promiseLost().ifPresent(text -> json.put("promise-lost", text));
        },
        f ->
            new Transition.CohortDrawn(
                f.small("attempt"),
                f.list("nodes", DrawnNode::parse),
                f.small("target"),
                f.optionalText("promise-lost")));
    format(
        Transition.AttemptExtended.class,
        (t, json) -> {
          json.put("attempt", t.attempt());
          json.put("reason", t.reason());
        },
        f -> new Transition.AttemptExtended(f.small("attempt"), f.text("reason")));
    format(
        Transition.CoordinatorStarted.class,
        (t, json) -> {
          json.put("epoch", t.epoch());
        },
        f -> new Transition.CoordinatorStarted(f.integer("epoch")));
  }

  private static void assignments() {
    format(
        Transition.AssignmentAccepted.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
        },
        f -> new Transition.AssignmentAccepted(f.parsed("assignment", AssignmentId::parse)));
    format(
        Transition.AssignmentDeclined.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
          json.put("reason", t.reason());
          json.put("sentence", t.sentence());
          json.put("ask-again", t.askAgain());
        },
        f ->
            new Transition.AssignmentDeclined(
                f.parsed("assignment", AssignmentId::parse),
                f.text("reason"),
                f.text("sentence"),
                f.flag("ask-again")));
    format(
        Transition.AssignmentFailed.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
          json.put("error", t.error().name());
          json.put("ask-again", t.askAgain());
          json.put("sentence", t.sentence());
        },
        f ->
            new Transition.AssignmentFailed(
                f.parsed("assignment", AssignmentId::parse),
                f.word("error", ErrorKind.class),
                f.flag("ask-again"),
                f.text("sentence")));
    format(
        Transition.UpdateReceipted.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
          json.put("update", t.facts().toJson());
        },
        f ->
            new Transition.UpdateReceipted(
                f.parsed("assignment", AssignmentId::parse),
                UpdateFacts.parse(f.section("update"))));
    format(
        Transition.UpdateJudged.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
          json.put("judgement", t.judgement().toJson());
        },
        f ->
            new Transition.UpdateJudged(
                f.parsed("assignment", AssignmentId::parse),
                Judgement.parse(f.section("judgement").object())));
  }

  private static void results() {
    format(
        Transition.CollectionClosed.class,
        (t, json) -> {
          json.put("counted", Fields.texts(t.counted()));
          t.promiseLost().ifPresent(text -> json.put("promise-lost", text));
        },
        f ->
            new Transition.CollectionClosed(
                f.texts("counted").stream().map(AssignmentId::parse).toList(),
                f.optionalText("promise-lost")));
    format(
        Transition.AggregationFinished.class,
        (t, json) -> {
          json.put("candidate", t.candidate().toJson());
        },
        f -> new Transition.AggregationFinished(Candidate.parse(f.section("candidate"))));
    format(
        Transition.EvaluationFinished.class,
        (t, json) -> {
          json.put("figures", t.figures().toJson());
        },
        f -> new Transition.EvaluationFinished(Figures.parse(f.section("figures"))));
    format(
        Transition.RoundCommitted.class,
        (t, json) -> {
          json.put("round", t.round());
          json.put("checkpoint", t.checkpoint().toString());
        },
        f -> new Transition.RoundCommitted(f.small("round"), f.digest("checkpoint")));
    format(
        Transition.BestMoved.class,
        (t, json) -> {
          json.put("round", t.round());
          json.put("figure", t.figure());
        },
        f -> new Transition.BestMoved(f.small("round"), f.real("figure")));
    format(
        Transition.TestEvaluated.class,
        (t, json) -> {
          json.put("round", t.round());
          json.put("figures", t.figures().toJson());
        },
        f -> new Transition.TestEvaluated(f.small("round"), Figures.parse(f.section("figures"))));
    format(
        Transition.WorkFailed.class,
        (t, json) -> {
          json.put("work", t.work());
          json.put("error", t.error().name());
          json.put("sentence", t.sentence());
        },
        f ->
            new Transition.WorkFailed(
                f.text("work"), f.word("error", ErrorKind.class), f.text("sentence")));
  }

  private static void sites() {
    format(
        Transition.SitesAsked.class,
        (t, json) -> {
          json.put("attempt", t.attempt());
          json.put("nodes", JsonValue.array(t.nodes().stream().map(DrawnNode::toJson).toList()));
        },
        f -> new Transition.SitesAsked(f.small("attempt"), f.list("nodes", DrawnNode::parse)));
    format(
        Transition.SiteReported.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
          json.put("tally", TallyCodec.write(t.tally()));
        },
        f ->
            new Transition.SiteReported(
                f.parsed("assignment", AssignmentId::parse),
                TallyCodec.read(f.section("tally").object())));
    format(
        Transition.SitesEvaluated.class,
        (t, json) -> {
          t.together().ifPresent(figures -> json.put("together", figures.toJson()));
          t.promiseLost().ifPresent(text -> json.put("promise-lost", text));
        },
        f ->
            new Transition.SitesEvaluated(
                f.optionalSection("together").map(Figures::parse), f.optionalText("promise-lost")));
  }

  private static void repairs() {
    format(Transition.WorkRetried.class, (t, json) -> {}, f -> new Transition.WorkRetried());
    format(
        Transition.UploadRefused.class,
        (t, json) -> {
          json.put("assignment", t.assignment().toString());
          json.put("sentence", t.sentence());
        },
        f ->
            new Transition.UploadRefused(
                f.parsed("assignment", AssignmentId::parse), f.text("sentence")));
  }

  private static void endings() {
    format(
        Transition.RoundsEnded.class,
        (t, json) -> {
          json.put("reason", t.reason().name());
        },
        f -> new Transition.RoundsEnded(f.word("reason", CompletionReason.class)));
    format(
        Transition.RunPaused.class,
        (t, json) -> {
          json.put("phase", t.phase().name());
          json.put("reason", t.reason());
        },
        f -> new Transition.RunPaused(f.word("phase", Phase.class), f.text("reason")));
    format(
        Transition.RunResumed.class,
        (t, json) -> {
          json.put("phase", t.phase().name());
          json.put("attempt", t.attempt());
        },
        f -> new Transition.RunResumed(f.word("phase", Phase.class), f.small("attempt")));
    format(
        Transition.RunStopped.class,
        (t, json) -> {
          json.put("reason", t.reason());
        },
        f -> new Transition.RunStopped(f.text("reason")));
    format(
        Transition.RunCompleted.class,
        (t, json) -> {
          json.put("reason", t.reason().name());
        },
        f -> new Transition.RunCompleted(f.word("reason", CompletionReason.class)));
    format(
        Transition.RunFailed.class,
        (t, json) -> {
          json.put("reason", t.reason());
        },
        f -> new Transition.RunFailed(f.text("reason")));
  }
}
