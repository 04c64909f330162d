package io.tributary.cli.bench.simulate;

import io.tributary.cli.bench.noop.NoOpWorker;
import io.tributary.coordinator.config.Durability;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.engine.NodeNames;
import io.tributary.simulations.engine.VirtualFederation;
import io.tributary.simulations.engine.VirtualSite;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rounds of many virtual nodes that train nothing, on the real coordinator in this process. */
final class NoOpSimulation {
  private static final int FEATURES = 5;
  private static final List<String> LABELS = List.of("low", "high");

  private final SimulateOrder order;

  NoOpSimulation(SimulateOrder order) {
    this.order = order;
  }

  /** Runs it; the committed rounds and what the process took. */
  SimulateFigures run() {
    long started = System.nanoTime();
    Path base = order.folder().resolve("base");
    var setting =
        new VirtualFederation.Setting(
            new FederationName("tributary-bench"),
            order.folder().resolve("state"),
            heldOut(base),
            order.workers(),
            order.forced() ? Durability.FULL : Durability.NONE);
    try (var federation =
        VirtualFederation.start(setting, NoOpWorker::new, UnaryOperator.identity())) {
      List<VirtualSite> sites =
          NodeNames.of(order.nodes()).stream()
              .map(name -> new VirtualSite(name, new NoOpData()))
              .toList();
      federation.join(sites, LABELS, new NoOpWork());
      RunId run = federation.begin(plan(), base);
      var watch = new SimulateWatch(order.rounds());
      List<RoundRecord> rounds = watch.await(federation, run);
      return watch.figures(rounds, (System.nanoTime() - started) / 1e9);
    }
  }

  private JsonObject heldOut(Path base) {
    JsonObject config =
        JsonValue.object()
            .put("model_type", "mlp")
            .put("in_features", FEATURES)
            .put("hidden", JsonValue.array(List.of(JsonValue.of(1))))
            .put("activation", "relu")
            .build();
    Path rows = order.folder().resolve("selection.jsonl");
    try {
      RandomBase.write(base, config, new RandomStreams(1).stream(0, "", "bench-base"));
      Files.writeString(
          rows,
          """
          {"f0":1,"f1":2,"f2":3,"f3":4,"f4":5,"label":"low"}
          {"f0":5,"f1":4,"f2":3,"f3":2,"f4":1,"label":"high"}
          """,
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, rows + ": can't be written (expected: room for a bench).", e);
    }
    return JsonValue.object()
        .put("selection", rows.toString())
        .put("features", JsonReader.read("[\"f0\",\"f1\",\"f2\",\"f3\",\"f4\"]"))
        .put("label", "label")
        .build();
  }

  private Plan plan() {
    String json =
        """
        {"name":"no-op","seed":1,
         "model":{"base":"base","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":1,"batch-size":2,"dropout":0,"threads":1},
         "federation":{"rounds":%d,"cohort":{"fraction":0,"quorum":%d},
           "deadlines":{"recruit":"10m","round":"10m"}}}
        """
            .formatted(order.rounds(), order.cohort());
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
