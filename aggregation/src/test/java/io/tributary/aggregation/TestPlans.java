package io.tributary.aggregation;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;

/** Plans for tests. */
public final class TestPlans {
  private TestPlans() {}

  /** A plan whose federation part has these keys, in JSON. */
  public static Plan of(String federation) {
    return of(federation, "{}");
  }

  /** The same whose train part has these keys. */
  public static Plan of(String federation, String train) {
    String plan =
        "{\"name\":\"t\",\"model\":{\"base\":\"b\",\"labels\":[\"x\",\"y\"]},\"federation\":"
            + federation
            + ",\"train\":"
            + train
            + "}";
    return Plan.read(Settings.of("plan.yaml", JsonReader.read(plan)));
  }
}
