package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * What a run starts from; fixed at its birth.
 *
 * @param plan resolved: its base model is named by digest
 * @param base the base model's manifest
 * @param zero checkpoint 0: what moves, as the base has it, and the initialised head
 * @param groups what every update must hold
 * @param test whether the coordinator holds a test part, read once at the end
 * @param startedBy name of the operator
 * @param from the round whose checkpoint is checkpoint 0; empty where the run starts from its base
 */
public record RunSpec(
    RunId run,
    Plan plan,
    ArtifactRef base,
    Checkpoint zero,
    List<ExpectedGroup> groups,
    boolean test,
    String startedBy,
    Optional<RoundId> from) {
  public RunSpec {
    requireNonNull(run, "run");
    requireNonNull(plan, "plan");
    requireNonNull(base, "base");
    requireNonNull(zero, "zero");
    groups = List.copyOf(groups);
    requireNonNull(startedBy, "startedBy");
    requireNonNull(from, "from");
  }

  /** A run that starts from its base model. */
  public RunSpec(
      RunId run,
      Plan plan,
      ArtifactRef base,
      Checkpoint zero,
      List<ExpectedGroup> groups,
      boolean test,
      String startedBy) {
    this(run, plan, base, zero, groups, test, startedBy, Optional.empty());
  }

  /** The same run, going on from a round's checkpoint. */
  public RunSpec startingFrom(RoundId round) {
    return new RunSpec(run, plan, base, zero, groups, test, startedBy, Optional.of(round));
  }

  public Digest planDigest() {
    return plan.digest();
  }

  JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("run", run.value())
            .put("plan", plan.toJson())
            .put("plan-digest", planDigest().toString())
            .put("base", base.toJson())
            .put("zero", zero.toJson())
            .put("groups", JsonValue.array(groups.stream().map(ExpectedGroup::toJson).toList()))
            .put("test", test)
            .put("started-by", startedBy);
    from.ifPresent(round -> json.put("from", round.toString()));
    return json.build();
  }

  static RunSpec parse(Fields fields) {
    return new RunSpec(
        fields.parsed("run", RunId::new),
        Plan.parse(fields.section("plan").object().canonical()),
        ArtifactRef.parse(fields.section("base")),
        Checkpoint.parse(fields.section("zero")),
        fields.list("groups", ExpectedGroup::parse),
        fields.flag("test"),
        fields.text("started-by"),
        fields.optional("from", RoundId::parse));
  }
}
