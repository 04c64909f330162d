package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainedPart;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
 * @param forms what an update must hold instead where it depends on round or node, by {@link
 *     TrainedPart.Lora#form}
 */
public record RunSpec(
    RunId run,
    Plan plan,
    ArtifactRef base,
    Checkpoint zero,
    List<ExpectedGroup> groups,
    boolean test,
    String startedBy,
    Optional<RoundId> from,
    SortedMap<String, List<ExpectedGroup>> forms) {
  public RunSpec {
    requireNonNull(run, "run");
    requireNonNull(plan, "plan");
    requireNonNull(base, "base");
    requireNonNull(zero, "zero");
    groups = List.copyOf(groups);
    requireNonNull(startedBy, "startedBy");
    requireNonNull(from, "from");
    SortedMap<String, List<ExpectedGroup>> copied = new TreeMap<>();
    forms.forEach((form, needed) -> copied.put(form, List.copyOf(needed)));
    forms = Collections.unmodifiableSortedMap(copied);
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
    this(
        run,
        plan,
        base,
        zero,
        groups,
        test,
        startedBy,
        Optional.empty(),
        Collections.emptySortedMap());
  }

  /** The same run, whose updates have forms that depend on round or node. */
  public RunSpec withForms(SortedMap<String, List<ExpectedGroup>> other) {
    return new RunSpec(run, plan, base, zero, groups, test, startedBy, from, other);
  }

  /** What the update of an assignment must hold. */
  public List<ExpectedGroup> groups(AssignmentId assignment) {
    if (forms.isEmpty() || !(plan.train().what() instanceof TrainedPart.Lora lora)) {
      return groups;
    }
    int rank = lora.settings().rankOf(assignment.node());
    return forms.getOrDefault(lora.form(rank, assignment.round().round()), groups);
  }

  /** The same run, going on from a round's checkpoint. */
  public RunSpec startingFrom(RoundId round) {
    return new RunSpec(run, plan, base, zero, groups, test, startedBy, Optional.of(round), forms);
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
            .put("groups", groups(groups))
            .put("test", test)
            .put("started-by", startedBy);
    from.ifPresent(round -> json.put("from", round.toString()));
    if (!forms.isEmpty()) {
      Map<String, JsonValue> byForm = new TreeMap<>();
      forms.forEach((form, needed) -> byForm.put(form, groups(needed)));
      json.put("forms", JsonValue.object(byForm));
    }
    return json.build();
  }

  private static JsonValue groups(List<ExpectedGroup> groups) {
    return JsonValue.array(groups.stream().map(ExpectedGroup::toJson).toList());
  }

  static RunSpec parse(Fields fields) {
    SortedMap<String, List<ExpectedGroup>> forms = new TreeMap<>();
    fields
        .optionalSection("forms")
        .ifPresent(
            section ->
                section
                    .object()
                    .fields()
                    .keySet()
                    .forEach(form -> forms.put(form, section.list(form, ExpectedGroup::parse))));
    return new RunSpec(
        fields.parsed("run", RunId::new),
        Plan.parse(fields.section("plan").object().canonical()),
        ArtifactRef.parse(fields.section("base")),
        Checkpoint.parse(fields.section("zero")),
        fields.list("groups", ExpectedGroup::parse),
        fields.flag("test"),
        fields.text("started-by"),
        fields.optional("from", RoundId::parse),
        forms);
  }
}
