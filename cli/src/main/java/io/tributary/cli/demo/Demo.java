package io.tributary.cli.demo;

import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.demo.DemoReport.SiteResult;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.process.FreePorts;
import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.Exporter;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.NodeStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.training.model.onnx.OnnxImport;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A whole federation on one machine: certificates, base model, labelled texts at sites, one
 * coordinator and several node processes over mutual TLS, one run of all sites and one of each site
 * alone, the result as a Hugging Face folder. What it starts, it stops.
 */
public final class Demo {
  private static final FederationName FEDERATION = new FederationName("tributary-demo");

  private final DemoSettings settings;
  private final DemoLayout layout;
  private final Console console;
  private final DemoSteps steps;
  private final LocalFederation federation;

  private Demo(DemoSettings settings, Console console) {
    this.settings = settings;
    this.layout = new DemoLayout(settings.folder());
    this.console = console;
    this.steps = new DemoSteps(console);
    this.federation = new LocalFederation(layout, settings.sites());
  }

  /** Runs it in a folder of its own and prints its result. */
  public static void run(DemoOrder order, Console console) {
    Path folder =
        order.keep().orElseGet(() -> DemoLayout.fresh(order.folder().resolve("tributary-demo")));
    int rounds = order.rounds().orElse(order.quick() ? 2 : 4);
    DemoSettings settings =
        order.quick()
            ? DemoSettings.quick(folder, order.seed(), order.nodes(), rounds)
            : DemoSettings.full(folder, order.seed(), order.nodes(), rounds);
    new Demo(settings, console).run(shown(order.folder(), folder));
  }

  static String shown(Path from, Path folder) {
    return folder.startsWith(from) ? from.relativize(folder).toString() : folder.toString();
  }

  private void run(String shown) {
    long started = System.nanoTime();
    layout.create();
    StopHook.around(
        federation,
        () -> console.note("stopped; certificates, data, state and logs are in " + shown),
        () -> {
          steps.say(
              console.style().bold("Tributary demo")
                  + ": "
                  + settings.nodes()
                  + " sites fine-tune one model together; no example leaves its site.");
          steps.say("Everything lies in " + shown);
          prepare();
          DemoReport report = federate(started);
          finish(report, shown);
          return report;
        });
  }

  private void prepare() {
    steps.step("certificates", this::certificates);
    steps.step("base model", this::model);
    steps.step("data", this::data);
  }

  private String certificates() {
    LoopbackCertificates.issue(FEDERATION, layout.certificates(), layout.tls(), settings.sites());
    return "an authority of its own, a coordinator, an operator, " + settings.nodes() + " nodes";
  }

  private String model() {
    try {
      Files.createDirectories(layout.model().getParent());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, layout.model() + ": can't be made (expected: room). Make room.", e);
    }
    OnnxImport.importMiniLm(Bundled.miniLmJar(), layout.model());
    return "all-MiniLM-L6-v2, imported from ONNX as a Hugging Face folder";
  }

  private String data() {
    DemoData data = DemoData.draw(settings);
    data.write(layout);
    List<String> sizes = new ArrayList<>();
    data.sites().forEach((site, rows) -> sizes.add(site + " has " + Figures.count(rows.size())));
    List<Integer> ports = FreePorts.find(2);
    DemoFiles.write(settings, layout, ports.get(0), ports.get(1));
    return "WordNet's noun glosses in 26 categories, with skewed labels: "
        + String.join(", ", sizes)
        + "; held out "
        + Figures.count(settings.selection())
        + " for selection, "
        + Figures.count(settings.test())
        + " for the test";
  }

  private DemoReport federate(long started) {
    try (OperatorConnection connection = federation.startCoordinator()) {
      steps.step(
          "processes",
          () -> {
            federation.startNodes(connection);
            return "one coordinator and "
                + settings.nodes()
                + " nodes, connected over mutual TLS 1.3; their logs are in logs/";
          });
      RunStatus run = together(connection);
      Map<String, RunStatus> alone = settings.quick() ? Map.of() : alone(connection);
      steps.step(
          "export",
          () -> {
            Exporter.export(
                connection, run.run(), "last", layout.export(), TransferListener.silent());
            return "the last checkpoint as a Hugging Face folder";
          });
      List<SiteResult> sites = new ArrayList<>();
      for (NodeStatus node : sorted(connection.calls().listNodes())) {
        sites.add(
            new SiteResult(
                node.name(),
                node.trainExamples(),
                Optional.ofNullable(alone.get(node.name())).flatMap(AloneRuns::figures)));
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      return new DemoReport(settings, run, sites, seconds, layout.export().toString());
    }
  }

  private static List<NodeStatus> sorted(List<NodeStatus> nodes) {
    return nodes.stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
  }

  private RunStatus together(OperatorConnection connection) {
    PlanFile plan = PlanFile.read(layout.plan(), Overrides.none());
    RunStatus started = federation.start(plan, connection);
    steps.heading(
        "run",
        started.run() + ", from plan.yaml: " + settings.rounds() + " rounds of all sites together");
    return federation.follow(started, connection, console, steps);
  }

  private Map<String, RunStatus> alone(OperatorConnection connection) {
    steps.heading(
        "each site alone",
        "the same number of optimizer steps on its own examples only, all sites at the same time");
    Map<String, String> runs = new TreeMap<>();
    for (String site : settings.sites()) {
      PlanFile plan = PlanFile.read(layout.alonePlan(site), Overrides.none());
      runs.put(site, RunStarter.start(plan, connection, TransferListener.silent()).run());
    }
    return new AloneRuns(connection.calls(), federation.children(), steps, console).follow(runs);
  }

  private void finish(DemoReport report, String shown) {
    console.line("");
    console.lines(report.table(console.style()));
    console.line("");
    console.line("final digest  " + report.run().finalDigest());
    console.line("model         " + shown + "/model, for transformers and for Tributary");
    console.line("time          " + Figures.seconds(report.seconds()));
    console.line("");
    console.line("next:");
    DemoNext.lines(shown, report.run().run()).forEach(line -> console.line("  " + line));
    console.json(report.toJson());
  }
}
