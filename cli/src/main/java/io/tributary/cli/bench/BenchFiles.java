package io.tributary.cli.bench;

import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.demo.DemoData;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.process.FreePorts;
import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.training.model.onnx.OnnxImport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the files of a bench's federation: certificates, model, data, configurations, plans. */
final class BenchFiles {
  private static final FederationName FEDERATION = new FederationName("tributary-bench");

  private static final String COORDINATOR =
      """
      federation: tributary-bench
      listen: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", names: [localhost]}
      state: state/coordinator
      tls: {certificate: tls/coordinator.pem, key: tls/coordinator.key, trust: certs/ca.pem}
      held-out: {selection: held-out/selection.jsonl, test: held-out/test.jsonl, %3$s}
      """;

  private static final String NODE =
      """
      coordinator: {control: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/%1$s.pem, key: tls/%1$s.key, trust: certs/ca.pem}
      state: state/%1$s
      data: {train: {source: jsonl, path: sites/%1$s.jsonl, %3$s}}
      device: cpu
      limits: {heap: 128MB, cache: %4$s}
      back-off: {first: 100ms, longest: 1s}
      """;

  private static final String OPERATOR =
      """
      coordinator: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/operator.pem, key: tls/operator.key, trust: certs/ca.pem}
      """;

  private static final String PLAN =
      """
      name: %1$s
      seed: %2$d
      deterministic: true
      model: {base: models/all-minilm-l6-v2, task: %3$s, labels: labels.txt, max-tokens: 16}
      train: {what: %4$s, %5$s, dropout: 0.1, threads: 1}
      federation:
        rounds: %6$d
        cohort: {quorum: %7$d, nodes: [%8$s]}
        deadlines: {recruit: 10m, round: 10m}
        attempts: 20
        %9$s
      """;

  private static final String USUAL =
      "epochs: %d, batch-size: 16, optimizer: {learning-rate: 1e-3}, optimizer-state: keep";

  private BenchFiles() {}

  /** The plans that a bench runs; {@code trouble} ones end otherwise than by completing. */
  enum PlanKind {
    USUAL("usual"),
    /** The same work; a bench stops it. */
    STOPPED("stopped"),
    /** Asks for more epochs than any site allows. */
    DECLINED("declined"),
    /** Steps so large that its candidate has no finite loss. */
    DIVERGED("diverged");

    private final String token;

    PlanKind(String token) {
      this.token = token;
    }

    Path file(BenchSettings settings) {
      return settings.folder().resolve("plan-" + token + ".yaml");
    }
  }

  static void write(BenchSettings settings) {
    DemoLayout layout = settings.layout();
    layout.create();
    LoopbackCertificates.issue(FEDERATION, layout.certificates(), layout.tls(), settings.sites());
    try {
      Files.createDirectories(layout.model().resolve("..").normalize());
      if (settings.model() == BenchModel.TABULAR) {
        TabularData.write(settings);
      } else {
        OnnxImport.importMiniLm(Bundled.miniLmJar(), layout.model());
        DemoData.draw(settings.demo()).write(layout);
      }
      configurations(settings, layout);
      for (PlanKind kind : PlanKind.values()) {
        Files.writeString(kind.file(settings), plan(settings, kind), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          settings.folder() + ": can't be written (expected: room for a bench). Make room.",
          e);
    }
  }

  private static void configurations(BenchSettings settings, DemoLayout layout) throws IOException {
    List<Integer> ports = FreePorts.find(2);
    int control = ports.get(0);
    int bulk = ports.get(1);
    String columns = columns(settings.model());
    // small, so that a soak sees what was used long ago go
    String cache = settings.model() == BenchModel.TABULAR ? "4MB" : "200MB";
    write(layout.coordinator(), COORDINATOR.formatted(control, bulk, columns));
    write(layout.operator(), OPERATOR.formatted(control, bulk));
    for (String site : settings.sites()) {
      write(layout.node(site), NODE.formatted(site, control, columns, cache));
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private static String columns(BenchModel model) {
    if (model == BenchModel.MINILM) {
      return "text: text, label: label";
    }
    String features =
        IntStream.range(0, TabularData.FEATURES)
            .mapToObj(TabularData::name)
            .collect(Collectors.joining(", "));
    return "features: [" + features + "], label: label";
  }

  private static String plan(BenchSettings settings, PlanKind kind) {
    boolean tabular = settings.model() == BenchModel.TABULAR;
    return PLAN.formatted(
        "bench-" + kind.token,
        settings.seed(),
        tabular ? "tabular-classification" : "text-classification",
        tabular ? "all" : "head",
        train(tabular, kind),
        settings.rounds(),
        settings.nodes(),
        String.join(", ", settings.sites()),
        // the gate would keep such updates out
        kind == PlanKind.DIVERGED ? "gate: {max-norm: 1e18}" : "");
  }

  private static String train(boolean tabular, PlanKind kind) {
    return switch (kind) {
      case USUAL, STOPPED -> USUAL.formatted(tabular ? 10 : 1);
      case DECLINED -> USUAL.formatted(101);
      case DIVERGED ->
          "epochs: 1, batch-size: 120, clip-norm: 0, schedule: {name: constant, warm-up: 0},"
              + " optimizer: {name: sgd, learning-rate: 450, weight-decay: 0}";
    };
  }
}
