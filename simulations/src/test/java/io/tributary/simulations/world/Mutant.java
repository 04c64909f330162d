package io.tributary.simulations.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One small defect, put into a source of the core.
 *
 * @param defect what it does wrong, in words
 * @param module folder of the module
 * @param type fully qualified name of the class
 * @param text that stands in its source exactly once
 * @param instead what stands there in the mutant
 */
record Mutant(String defect, String module, String type, String text, String instead) {
  private static final String ROUND = "io.tributary.coordinator.round.";
  private static final String SESSION = "io.tributary.client.session.";

  /** Defects that people make, in the coordinator's core and in the node's. */
  static List<Mutant> all() {
    return Stream.of(
            ofUpdates(),
            ofNodes(),
            ofRounds(),
            ofRuns(),
            ofKeeping(),
            ofTurns(),
            ofSites(),
            ofAges(),
            ofOwnWork(),
            ofSessions())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Mutant> ofUpdates() {
    return List.of(
        round(
            "an update counts without the gate's word",
            "RunFold",
            "record.received(t.facts(), draft.sequence)",
            "record.received(t.facts(), draft.sequence).counted(1, draft.sequence)"),
        round(
            "a repeated submission is sent away",
            "NodeEvents",
            "if (first.isPresent()) {",
            "if (first.isPresent() && record.get().stage().live()) {"),
        round(
            "a run that ended still waits for updates",
            "RunFold",
            "draft.cancelLive(\"the run ended\");",
            ""),
        round(
            "the spool of the open round is cleared",
            "PendingEffects",
            ": run.rounds().size() - 1;",
            ": run.rounds().size();"),
        round(
            "closing counts what was received",
            "Progress",
            "if (open.count(AssignmentStage.RECEIVED) > 0) {",
            "if (open.count(AssignmentStage.RECEIVED) > 99) {"),
        round(
            "extending a round drops what counted",
            "RunFold",
            "draft.attempt = t.attempt();\n    draft.enter(Phase.RECRUITING, t.reason());",
            "draft.open(draft.round);\n    draft.attempt = t.attempt();\n"
                + "    draft.enter(Phase.RECRUITING, t.reason());"));
  }

  private static List<Mutant> ofNodes() {
    return List.of(
        round(
            "a resumed run takes its node back from another run",
            "OperatorEvents",
            "if (elsewhere.contains(waited.node())) {",
            "if (elsewhere.contains(waited.node()) && elsewhere.isEmpty()) {"),
        round(
            "the loss of an old connection takes the new one for lost",
            "NodeEvents",
            "filter(member -> member.session() == left.session()).isEmpty()",
            "isEmpty()"),
        round(
            "a node that gave its update is asked again and counts twice",
            "Selector",
            "filter(assignment -> !assignment.askAgain())",
            "filter(assignment -> false)"),
        round(
            "a word about an assignment that is over is taken",
            "NodeEvents",
            "if (record.filter(this::open).isEmpty()) {\n      if (next",
            "if (record.isEmpty()) {\n      if (next"),
        round(
            "a node works for two runs at once",
            "Selector",
            "if (!taken.contains(node)) {",
            "if (run.phase().active()) {"),
        round(
            "a held run takes updates",
            "NodeEvents",
            "return assignment.stage().live() && step.run(assignment.id().round().run()).phase().held();",
            "return false;"));
  }

  private static List<Mutant> ofRounds() {
    return List.of(
        round(
            "a restart gives no full deadline",
            "RunFold",
            "draft.nextTry = Optional.empty();\n    resetDeadline(draft);\n  }\n\n  private static void losePromise",
            "draft.nextTry = Optional.empty();\n  }\n\n  private static void losePromise"),
        round(
            "the quorum is one less",
            "Progress",
            "return run.open().count(AssignmentStage.COUNTED) >= quorum;",
            "return run.open().count(AssignmentStage.COUNTED) + 1 >= quorum;"),
        round(
            "rounds are aggregated from checkpoint 0",
            "PendingEffects",
            "run.current(),\n                  counted(run),",
            "run.spec().zero(),\n                  counted(run),"),
        round(
            "a round opens from checkpoint 0",
            "Progress",
            "newest.round() + 1, run.current().manifest().digest()",
            "newest.round() + 1, run.spec().zero().manifest().digest()"),
        round(
            "deadlines are ignored",
            "Progress",
            "filter(deadline -> !step.now().isBefore(deadline))",
            "filter(deadline -> false)"),
        round(
            "an extended round counts its attempts from 1 again",
            "RunFold",
            "draft.attempt = t.attempt();\n    draft.enter(Phase.RECRUITING, t.reason());",
            "draft.attempt = 1;\n    draft.enter(Phase.RECRUITING, t.reason());"),
        round(
            "one attempt more than the plan allows",
            "Progress",
            "open.attemptsUsed() < run.plan()",
            "open.attemptsUsed() <= run.plan()"));
  }

  private static List<Mutant> ofRuns() {
    return List.of(
        round(
            "retention drops what the run goes on from",
            "PendingEffects",
            "if (goesOn || keep.contains(KeptCheckpoint.LAST)) {",
            "if (keep.contains(KeptCheckpoint.LAST)) {"),
        round(
            "one round too many",
            "StopRules",
            "rounds.get(rounds.size() - 1).round() >= plan",
            "rounds.get(rounds.size() - 1).round() > plan"),
        round(
            "the best is the newest",
            "StopRules",
            "gain(plan, best.get().figure(), figure) > 0",
            "gain(plan, best.get().figure(), figure) > -9"));
  }

  private static List<Mutant> ofSites() {
    return List.of(
        round(
            "an evaluation ends while sites still work",
            "AtSites",
            "if (!passed && (atWork || ",
            "if (!passed && (atWork && "),
        round(
            "an evaluation that chooses goes on below its quorum",
            "AtSites",
            "    if (!run.plan().evaluation().places().sitesChoose()) {\n      finish(run);",
            "    if (run.open().round() >= 0) {\n      finish(run);"),
        round(
            "a site that told is asked again",
            "AtSites",
            "if (!one.askAgain() || count",
            "if (count"),
        round(
            "sites evaluate what the round began with",
            "PendingEffects",
            "run.checkpointOf(assignment),",
            "run.current(),"),
        round(
            "the coordinator's figures choose where the sites' should",
            "StopRules",
            "return plan.places().sitesChoose()",
            "return plan.places().sitesChoose() && round.round() > 9"));
  }

  private static List<Mutant> ofAges() {
    return List.of(
        round(
            "what a node at work began from is thrown away",
            "PendingEffects",
            "keepBegun(run, kept);",
            ""),
        round(
            "an older update is cleared before it is summed",
            "AsyncRound",
            "filter(record -> goesOn(record) || record.stage() == AssignmentStage.COUNTED)",
            "filter(AsyncRound::goesOn)"),
        round(
            "an update is cleared while it is still needed",
            "AsyncRound",
            ".flatMap(round -> round.cohort().stream())",
            ".flatMap(\n            round ->\n                java.util.stream.Stream.concat(\n"
                + "                    round.cohort().stream(), run.open().cohort().values().stream()))"),
        round(
            "the newest receipt is judged first",
            "StageCounts",
            "more.sort(Comparator.comparingLong(AssignmentRecord::sequence));",
            "more.sort(Comparator.comparingLong(AssignmentRecord::sequence).reversed());"),
        round(
            "a node is asked again for the version that it has trained from",
            "AsyncProgress",
            "return record.stage().live() || closed || ofAttempt(run, record);",
            "return record.stage().live();"),
        round(
            "work is carried on however old",
            "AsyncRound",
            "return staleness(record, round) > plan.maxStaleness();",
            "return staleness(record, round) > 99;"),
        round(
            "a node that failed is asked again in the same attempt",
            "AsyncProgress",
            "asked.add(record.node());",
            ""),
        round(
            "a full buffer cancels who is at work",
            "RunFold",
            "if (draft.spec.plan().federation().async().isEmpty()) {",
            "if (draft.attempt > 0) {"),
        round("more at work than the plan says", "AsyncProgress", "- atWork;", ";"),
        round("a buffer takes one too many", "AsyncRound", ">= buffer;", "> buffer;"),
        round(
            "older updates are judged by the newest version",
            "PendingEffects",
            "run.checkpointOf(assignment));",
            "run.current());"));
  }

  private static List<Mutant> ofKeeping() {
    return List.of(
        round(
            "a late candidate is thrown away although a run has made the same",
            "World",
            "flatMap(World::checkpoints).anyMatch(",
            "flatMap(World::checkpoints).limit(0).anyMatch("),
        round(
            "the candidate of the open round is thrown away",
            "PendingEffects",
            "if (goesOn) {",
            "if (goesOn && run.phase().held()) {"),
        round(
            "the best of a run that goes on is thrown away",
            "PendingEffects",
            "run.phase() != Phase.COMPLETED || keep",
            "keep"),
        round(
            "of all that the plan keeps the newest stay",
            "PendingEffects",
            "if (keep.contains(KeptCheckpoint.ALL)) {",
            "if (keep.contains(KeptCheckpoint.ALL) && run.rounds().size() < 3) {"),
        round(
            "a run throws away what another one goes on from",
            "PendingEffects",
            "cleaning(run, kept, effects);",
            "Set<Digest> own = new HashSet<>();\n      keep(run, own);\n"
                + "      cleaning(run, own, effects);"));
  }

  private static List<Mutant> ofTurns() {
    return List.of(
        round(
            "who was served last draws first",
            "Step",
            "Comparator.comparing((RunState run) -> run.marks().served())",
            "Comparator.comparing((RunState run) -> run.marks().served()).reversed()"),
        round(
            "runs draw in the order of their names",
            "Step",
            "Comparator.comparing((RunState run) -> run.marks().served())",
            "Comparator.comparing((RunState run) -> \"\")"),
        round("drawing is no turn", "RunFold", "draft.served = draft.at;", ""),
        round(
            "nothing is left alone for who waits for busy nodes",
            "Selector",
            "onlyBusyMissing ? able : Set.of()",
            "Set.of()"));
  }

  private static List<Mutant> ofOwnWork() {
    return List.of(
        round(
            "work that failed holds its run at once",
            "WorkRetries",
            "return !kind.retryable() || (",
            "return true || ("),
        round(
            "work that failed for good is tried again",
            "WorkRetries",
            "return !kind.retryable() || (",
            "return ("),
        round("work is tried for ever", "WorkRetries", "tries >= TRIES", "tries < 0"),
        round("a full disk uses up the tries", "WorkRetries", "kind != ErrorKind.FULL", "true"),
        round(
            "the next try never comes",
            "Progress",
            "run.marks().nextTry().filter(at -> !step.now().isBefore(at)).isPresent()",
            "run.marks().nextTry().filter(at -> false).isPresent()"),
        round(
            "nobody wakes up for the next try",
            "RoundMachine",
            "run.marks().nextTry().stream());",
            "Stream.empty());"),
        round(
            "work does not wait for its next try",
            "PendingEffects",
            "if (run.marks().nextTry().isPresent()) {",
            "if (run.marks().nextTry().isPresent() && run.phase().held()) {"));
  }

  private static List<Mutant> ofSessions() {
    return List.of(
        session(
            "a finished update is deleted before its receipt",
            "AssignmentMoves",
            "turn.add(new SessionEffect.Submit(known.id(), known.ticket()));",
            "turn.add(new SessionEffect.Submit(known.id(), known.ticket()));\n"
                + "    turn.add(new SessionEffect.Discard(known.id()));"),
        session(
            "a second assignment is taken while one is trained",
            "AssignmentMoves",
            "training.size() >= rules.atOnce()",
            "training.size() > rules.atOnce()"),
        session(
            "a cut submission throws its update away",
            "AssignmentMoves",
            "EnumSet.of(ErrorKind.STALE, ErrorKind.NOT_FOUND)",
            "EnumSet.of(ErrorKind.STALE, ErrorKind.NOT_FOUND, ErrorKind.UNREACHABLE)"),
        session(
            "updates found on the disk are forgotten at the start",
            "SessionMachine",
            "for (HeldUpdate held : started.held()) {",
            "for (HeldUpdate held : java.util.List.<HeldUpdate>of()) {"),
        session(
            "nobody reconnects after a loss",
            "SessionMachine",
            "turn.add(new SessionEffect.ConnectAt(turn.now.plus(wait)));",
            ""));
  }

  /** The source with the defect; a text that is not there exactly once makes the mutant stale. */
  String source() throws IOException {
    Path file = Path.of("..", module, "src", "main", "java", type.replace('.', '/') + ".java");
    String right = Files.readString(file);
    int at = right.indexOf(text);
    if (at < 0 || right.indexOf(text, at + 1) >= 0) {
      throw new IllegalStateException(
          file + ": \"" + text + "\" (expected: exactly once). Mend the mutant: " + defect);
    }
    return right.substring(0, at) + instead + right.substring(at + text.length());
  }

  /** What is wrong with a mutant that the cores have outgrown. */
  Optional<String> stale() {
    try {
      return source().isEmpty() ? Optional.of(defect + ": empty source") : Optional.empty();
    } catch (IOException | IllegalStateException e) {
      return Optional.of(e.toString());
    }
  }

  @Override
  public String toString() {
    return defect;
  }

  private static Mutant round(String defect, String type, String text, String instead) {
    return new Mutant(defect, "coordinator", ROUND + type, text, instead);
  }

  private static Mutant session(String defect, String type, String text, String instead) {
    return new Mutant(defect, "client-node", SESSION + type, text, instead);
  }
}
