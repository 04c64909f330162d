package io.tributary.cli.demo;

import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.OperatorConfig;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.demo.DemoReport.SiteResult;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.process.Children;
import io.tributary.cli.process.FreePorts;
import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.Exporter;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.NodeStatus;
import io.tributary.cli.view.RunDisplay;
import io.tributary.cli.view.RunFeed;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.training.model.onnx.OnnxImport;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A whole federation on one machine: certificates, base model, labelled texts at sites, one
 * coordinator and several node processes over mutual TLS, one run of all sites and one of each site
 * alone, the result as a Hugging Face folder. What it starts, it stops.
 */
public final class Demo {
  private static final FederationName FEDERATION = new FederationName("tributary-demo");
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int GRACE_SECONDS = 15;

  private final DemoSettings settings;
  private final DemoLayout layout;
  private final Console console;
  private final DemoSteps steps;
  private final Children children;
  private volatile boolean stopping;

  private Demo(DemoSettings settings, Console console) {
    this.settings = settings;
    this.layout = new DemoLayout(settings.folder());
    this.console = console;
    this.steps = new DemoSteps(console);
    this.children = new Children(layout.folder(), layout.logs(), GRACE_SECONDS);
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

  private static String shown(Path from, Path folder) {
    return folder.startsWith(from) ? from.relativize(folder).toString() : folder.toString();
  }

  private void run(String shown) {
    long started = System.nanoTime();
    layout.create();
    var hook = new Thread(() -> stopped(shown), "demo-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      steps.say(
          console.style().bold("Tributary demo")
              + ": "
              + settings.nodes()
              + " sites fine-tune one model together; no example leaves its site.");
      steps.say("Everything lies in " + shown);
      prepare();
      DemoReport report = federate(started);
      finish(report, shown);
    } catch (RuntimeException e) {
      awaitEndIfStopping();
      throw e;
    } finally {
      children.close();
      removeHook(hook);
    }
  }

  /** What fails while the process is being stopped fails for that reason and is not told. */
  private void awaitEndIfStopping() {
    while (stopping) {
      LockSupport.park(this);
    }
  }

  private void stopped(String shown) {
    stopping = true;
    children.close();
    console.note("stopped; certificates, data, state and logs are in " + shown);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending: the hook runs already
    }
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
    children.start("coordinator", "512m", command("coordinator", layout.coordinator()));
    OperatorConfig operator =
        ConfigFile.read(layout.operator(), Overrides.none()).as(OperatorConfig::read);
    try (OperatorConnection connection = OperatorConnection.open(operator)) {
      steps.step("processes", () -> processes(connection));
      RunStatus run = together(connection);
      Map<String, RunStatus> alone = settings.quick() ? Map.of() : alone(connection);
      steps.step(
          "export",
          () -> {
            Exporter.export(
                connection,
                run.run(),
                "last",
                layout.export(),
                Exporter.Form.USUAL,
                TransferListener.silent());
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

  private static List<String> command(String what, Path config) {
    return List.of(what, "run", "--config", config.toString(), "--stop-with-input");
  }

  private String processes(OperatorConnection connection) {
    await("the coordinator", () -> reachable(connection));
    List<String> sites = new ArrayList<>(settings.sites());
    // the order of their start has no influence on the result
    Collections.shuffle(sites, new SecureRandom());
    sites.forEach(site -> children.start(site, "256m", command("node", layout.node(site))));
    await(
        "the nodes",
        () ->
            connection.calls().listNodes().stream()
                    .filter(node -> node.state().equals("connected"))
                    .count()
                == settings.nodes());
    return "one coordinator and "
        + settings.nodes()
        + " nodes, connected over mutual TLS 1.3; their logs are in logs/";
  }

  private static boolean reachable(OperatorConnection connection) {
    try {
      connection.calls().about();
      return true;
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.UNREACHABLE
          || e.kind() == ErrorKind.TIMED_OUT
          || e.kind() == ErrorKind.NOT_READY) {
        return false;
      }
      throw e;
    }
  }

  private void await(String what, java.util.function.BooleanSupplier ready) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!ready.getAsBoolean()) {
      children.checkAlive();
      if (System.nanoTime() > deadline) {
        throw FederationException.of(
            ErrorKind.TIMED_OUT,
            what,
            "not there after " + START.toSeconds() + " s",
            "connected",
            "See the logs in " + layout.log("coordinator").getParent() + ".");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private RunStatus together(OperatorConnection connection) {
    PlanFile plan = PlanFile.read(layout.plan(), Overrides.none());
    RunStatus started = RunStarter.start(plan, connection, TransferListener.silent());
    steps.heading(
        "run",
        started.run() + ", from plan.yaml: " + settings.rounds() + " rounds of all sites together");
    RunDisplay display = new RunDisplay(console);
    RunFeed feed = new RunFeed();
    RunStatus[] last = {started};
    connection
        .calls()
        .watchRun(
            started.run(),
            status -> {
              children.checkAlive();
              last[0] = status;
              if (console.json()) {
                feed.lines(status).forEach(line -> steps.say("   " + line));
              } else {
                display.show(status);
              }
              return !status.over() && !status.state().equals("paused");
            });
    if (!last[0].completed()) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED,
          "run: "
              + last[0].state()
              + ", "
              + last[0].reason()
              + " (expected: completed). See the logs in "
              + layout.log("coordinator").getParent()
              + ".");
    }
    return last[0];
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
    return new AloneRuns(connection.calls(), children, steps, console).follow(runs);
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
