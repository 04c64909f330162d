package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.simulations.engine.LocalTask;
import java.util.SortedMap;
import java.util.TreeMap;

/** The first steps of a node's round. */
final class PartialWork {
  private PartialWork() {}

  /**
   * The same task with fewer steps, one at least.
   *
   * @param share of the round's steps, above 0 and below 1
   */
  static LocalTask of(LocalTask task, double share) {
    int round = task.offer().id().round().round();
    long whole = steps(task.plan().train(), task.site().data().examples(round).train().size());
    return task.with(plan(task.plan(), Math.max(1, (long) (share * whole))));
  }

  /** Steps of a whole round; those of a round that time ends are not known, so one is left. */
  private static long steps(TrainPlan plan, int examples) {
    if (!plan.loop().byEpochs()) {
      return plan.loop().steps();
    }
    long batches = (examples + plan.batchSize() - 1L) / plan.batchSize();
    return plan.epochs() * ((batches + plan.loop().accumulate() - 1L) / plan.loop().accumulate());
  }

  private static Plan plan(Plan plan, long steps) {
    SortedMap<String, JsonValue> fields = new TreeMap<>(plan.toJson().fields());
    var known = (JsonObject) requireNonNull(fields.get("train"), "a plan has a section train");
    SortedMap<String, JsonValue> train = new TreeMap<>(known.fields());
    train.remove("epochs");
    train.remove("time");
    train.put("steps", JsonValue.of(steps));
    fields.put("train", JsonValue.object(train));
    return Plan.parse(JsonValue.object(fields).canonical());
  }
}
