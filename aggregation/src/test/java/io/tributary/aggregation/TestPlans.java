package io.tributary.aggregation;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.FederationPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;

/** Plans for tests. */
public final class TestPlans {
  private TestPlans() {}

  /** The federation part of a plan, with these keys, in JSON. */
  public static FederationPlan federation(String keys) {
    String plan =
        "{\"name\":\"t\",\"model\":{\"base\":\"b\",\"labels\":[\"x\",\"y\"]},\"federation\":"
            + keys
            + "}";
    return Plan.read(Settings.of("plan.yaml", JsonReader.read(plan))).federation();
  }
}
