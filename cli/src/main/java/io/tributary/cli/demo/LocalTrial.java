package io.tributary.cli.demo;

import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.process.FreePorts;
import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.Exporter;
import io.tributary.cli.run.RandomModel;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.model.onnx.OnnxImport;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tries a plan on this machine: the federation that a folder describes ({@code federation.yaml},
 * {@code plan.yaml} and the data they name), with one coordinator and a node process for each site.
 */
public final class LocalTrial {
  private static final FederationName FEDERATION = new FederationName("tributary-local");
  private static final String PLAN = "plan.yaml";

  /** What the working folder has of its own. */
  private static final Set<String> RESERVED =
      Set.of("certs", "tls", "state", "logs", "models", "model", "model-adapter", "pids");

  private final Path source;
  private final FederationFile file;
  private final Overrides overrides;
  private final DemoLayout layout;
  private final Console console;
  private final DemoSteps steps;
  private final LocalFederation federation;

  private LocalTrial(Path source, Overrides overrides, DemoLayout layout, Console console) {
    this.source = source;
    if (!Files.isRegularFile(source.resolve(PLAN))) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          source.resolve(PLAN).toString(),
          "no such file",
          "a plan beside " + FederationFile.NAME,
          "Write one.");
    }
    this.file = FederationFile.read(source);
    this.overrides = overrides;
    this.layout = layout;
    this.console = console;
    this.steps = new DemoSteps(console);
    this.federation = new LocalFederation(layout, List.copyOf(file.sites().keySet()));
  }

  /**
   * Runs it and prints its result.
   *
   * @param source folder of the federation
   * @param overrides of the plan's keys
   * @param from folder that the command was started in
   * @param work folder to write to
   */
  public static void run(Path source, Overrides overrides, Path from, Path work, Console console) {
    var trial = new LocalTrial(source, overrides, new DemoLayout(work), console);
    trial.run(Demo.shown(from, work));
  }

  private void run(String shown) {
    long started = System.nanoTime();
    layout.create();
    StopHook.around(
        federation,
        () -> console.note("stopped; certificates, state and logs are in " + shown),
        () -> {
          prepare(shown);
          RunStatus run = federate();
          finish(run, (System.nanoTime() - started) / 1e9, shown);
          return run;
        });
  }

  private void prepare(String shown) {
    if (!file.about().isEmpty()) {
      steps.say(console.style().bold(file.about()));
    }
    steps.say("Everything lies in " + shown);
    steps.step("files", this::files);
    steps.step("base model", this::model);
  }

  private String files() {
    List<String> sites = List.copyOf(file.sites().keySet());
    LoopbackCertificates.issue(FEDERATION, layout.certificates(), layout.tls(), sites);
    link();
    List<Integer> ports = FreePorts.find(2);
    LocalFiles.write(file, FEDERATION, layout, ports.get(0), ports.get(1));
    return sites.size() + " sites, each with a certificate of its own: " + String.join(", ", sites);
  }

  /** What lies beside the plan is seen under the same names in the working folder. */
  private void link() {
    try (Stream<Path> entries = Files.list(source)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (name.equals(FederationFile.NAME)) {
          continue;
        }
        if (RESERVED.contains(name)) {
          throw FederationException.of(
              ErrorKind.INVALID_CONFIG,
              entry.toString(),
              "a name that the working folder needs itself",
              "none of " + String.join(", ", RESERVED.stream().sorted().toList()),
              "Rename it.");
        }
        if (!name.equals(PLAN)) {
          Files.createSymbolicLink(layout.folder().resolve(name), entry.toRealPath());
        }
      }
      Files.copy(source.resolve(PLAN), layout.plan());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          source + ": can't be read (expected: plan.yaml and the data it needs). Check the folder.",
          e);
    }
  }

  private String model() {
    Path into = layout.folder().resolve("models").resolve("base");
    try {
      Files.createDirectories(into.getParent());
      if (file.newModel().isPresent()) {
        return newModel(source.resolve(file.base()), into);
      }
      if (file.base().equals(Bundled.MINILM)) {
        OnnxImport.importMiniLm(Bundled.miniLmJar(), into);
        return "all-MiniLM-L6-v2, as models/base";
      }
      Files.createSymbolicLink(into, source.resolve(file.base()).toRealPath());
      return file.base() + ", as models/base";
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          file.base()
              + ": can't be used (expected: "
              + Bundled.MINILM
              + ", a model's folder, or a config.json). Check base in federation.yaml.",
          e);
    }
  }

  private String newModel(Path config, Path into) throws IOException {
    RandomModel.write(config, file.seed(), into);
    return file.base() + " with random weights of seed " + file.seed() + ", as models/base";
  }

  private RunStatus federate() {
    PlanFile plan = PlanFile.read(layout.plan(), overrides);
    try (OperatorConnection connection = federation.startCoordinator()) {
      steps.step(
          "processes",
          () -> {
            federation.startNodes(connection);
            return "one coordinator and "
                + file.sites().size()
                + " nodes, connected over mutual TLS 1.3; their logs are in logs/";
          });
      RunStatus started = federation.start(plan, connection);
      steps.heading("run", started.run() + ", from plan.yaml");
      RunStatus run = federation.follow(started, connection, console, steps);
      steps.step("export", () -> export(connection, run, plan));
      return run;
    }
  }

  private String export(OperatorConnection connection, RunStatus run, PlanFile plan) {
    export(connection, run, layout.export(), Exporter.Form.USUAL);
    if (plan.plan().train().what() instanceof TrainedPart.Lora) {
      return "the best checkpoint as a Hugging Face folder, " + exportAdapter(connection, run);
    }
    return "the best checkpoint as a Hugging Face folder";
  }

  /** Rounds by FedEx or FLoRA may have put so much into the weights that no adapter holds it. */
  private String exportAdapter(OperatorConnection connection, RunStatus run) {
    try {
      var form = new Exporter.Form(true, Exporter.Form.USUAL.weights());
      export(connection, run, layout.adapter(), form);
      return "its adapters alone as a PEFT folder";
    } catch (FederationException e) {
      if (e.kind() != ErrorKind.INVALID_ARGUMENT) {
        throw e;
      }
      return "without its adapters: " + e.sentence();
    }
  }

  private static void export(
      OperatorConnection connection, RunStatus run, Path into, Exporter.Form form) {
    Exporter.export(connection, run.run(), "best", into, form, TransferListener.silent());
  }

  private void finish(RunStatus run, double seconds, String shown) {
    console.line("");
    console.lines(RunScreen.rounds(run, console.style()));
    console.line("");
    console.line("final digest  " + run.finalDigest());
    console.line("model         " + shown + "/model");
    console.line("time          " + Figures.seconds(seconds));
    console.json(
        JsonValue.object()
            .put("seconds", Math.round(seconds * 10) / 10.0)
            .put("folder", layout.folder().toString())
            .put("export", layout.export().toString())
            .put("run", run.toJson())
            .build());
  }
}
