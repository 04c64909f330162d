package io.tributary.cli.bench;

import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.process.FreePorts;
import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Writes the files of a federation that trains nothing: as small as the services take them. */
final class NoOpFiles {
  /** Inputs of the perceptron: with one hidden value and two labels, 10 values in all. */
  private static final int FEATURES = 5;

  private static final int WIDE = 1_000;
  private static final int WIDE_TENSORS = 25;
  private static final String COLUMNS = "features: [f0, f1, f2, f3, f4], label: label";

  private static final String COORDINATOR =
      """
      federation: tributary-bench
      listen: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", names: [localhost]}
      state: state/coordinator
      tls: {certificate: tls/coordinator.pem, key: tls/coordinator.key, trust: certs/ca.pem}
      held-out: {selection: held-out/selection.jsonl, %3$s}
      """;

  private static final String NODE =
      """
      coordinator: {control: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/%1$s.pem, key: tls/%1$s.key, trust: certs/ca.pem}
      state: state/%1$s
      data: {train: {source: jsonl, path: held-out/selection.jsonl, %3$s}}
      device: cpu
      limits: {heap: 64MB}
      back-off: {first: 100ms, longest: 1s}
      """;

  private static final String OPERATOR =
      """
      coordinator: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/operator.pem, key: tls/operator.key, trust: certs/ca.pem}
      """;

  private static final String PLAN =
      """
      name: no-op
      seed: 1
      deterministic: true
      model: {base: models/perceptron, task: tabular-classification, labels: labels.txt}
      train: {what: all, epochs: 1, batch-size: 2, dropout: 0, threads: 1}
      federation:
        rounds: %1$d
        cohort: {quorum: %2$d, nodes: [%3$s]}
        deadlines: {recruit: 5m, round: 5m}
      """;

  private NoOpFiles() {}

  static void write(NoOpSettings settings) {
    DemoLayout layout = settings.layout();
    layout.create();
    LoopbackCertificates.issue(
        new FederationName("tributary-bench"),
        layout.certificates(),
        layout.tls(),
        settings.sites());
    List<Integer> ports = FreePorts.find(2);
    int control = ports.get(0);
    int bulk = ports.get(1);
    try {
      model(settings, layout);
      text(layout.coordinator(), COORDINATOR.formatted(control, bulk, COLUMNS));
      text(layout.operator(), OPERATOR.formatted(control, bulk));
      for (String site : settings.sites()) {
        text(layout.node(site), NODE.formatted(site, control, COLUMNS));
      }
      plan(settings);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          settings.folder() + ": can't be written (expected: room for a bench). Make room.",
          e);
    }
  }

  /** Base model, labels and two rows. */
  static void model(NoOpSettings settings, DemoLayout layout) throws IOException {
    List<JsonValue> hidden =
        settings.large()
            ? Collections.nCopies(WIDE_TENSORS + 1, JsonValue.of(WIDE))
            : List.of(JsonValue.of(1));
    JsonObject config =
        JsonValue.object()
            .put("model_type", "mlp")
            .put("in_features", FEATURES)
            .put("hidden", JsonValue.array(hidden))
            .put("activation", "relu")
            .build();
    RandomBase.write(
        settings.base(),
        config,
        new RandomStreams(1).stream(0, RandomStreams.COORDINATOR, "bench-base"));
    Files.write(layout.labels(), List.of("low", "high"), StandardCharsets.UTF_8);
    text(
        layout.selection(),
        """
        {"f0":1,"f1":2,"f2":3,"f3":4,"f4":5,"label":"low"}
        {"f0":5,"f1":4,"f2":3,"f3":2,"f4":1,"label":"high"}
        """);
  }

  static void plan(NoOpSettings settings) throws IOException {
    String sites = String.join(", ", settings.sites());
    text(settings.plan(), PLAN.formatted(settings.rounds(), settings.nodes(), sites));
  }

  private static void text(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
