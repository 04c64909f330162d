package io.tributary.cli.simulate;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.Exporter;
import io.tributary.cli.run.NewFolder;
import io.tributary.cli.run.RunStarter;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import io.tributary.coordinator.round.OpenRound;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.AsyncPlan;
import io.tributary.federation.plan.BatchPlan;
import io.tributary.federation.plan.CohortPlan;
import io.tributary.federation.plan.EvaluationPlaces;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.simulations.behaviour.Attack;
import io.tributary.simulations.behaviour.Attackers;
import io.tributary.simulations.behaviour.BehavingWork;
import io.tributary.simulations.behaviour.Behaviour;
import io.tributary.simulations.behaviour.HostileWork;
import io.tributary.simulations.behaviour.Hostility;
import io.tributary.simulations.config.SimulationConfig;
import io.tributary.simulations.engine.ChangedSite;
import io.tributary.simulations.engine.LocalWork;
import io.tributary.simulations.engine.NodeNames;
import io.tributary.simulations.engine.SharedData;
import io.tributary.simulations.engine.SiteData;
import io.tributary.simulations.engine.VirtualFederation;
import io.tributary.simulations.engine.VirtualSite;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.FeatureNoise;
import io.tributary.training.data.FeatureShift;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One simulation, from its files to its report. */
public final class SimulationRun {
  private static final FederationName FEDERATION = new FederationName("tributary-simulation");
  private static final String STATE = "state";

  /**
   * What is asked for.
   *
   * @param plan the plan's file
   * @param file the simulation's file
   * @param planSettings {@code key=value} over the plan's keys
   * @param settings {@code key=value} over the simulation's keys
   * @param into folder for the results, new or empty
   */
  public record Order(
      Path plan, Path file, List<String> planSettings, List<String> settings, Path into) {
    public Order {
      planSettings = List.copyOf(planSettings);
      settings = List.copyOf(settings);
    }
  }

  private final Order order;
  private final Console console;
  private final Consumer<RunStatus> also;
  private final SimulationConfig config;
  private final PlanFile plan;
  private final SharedData data;
  private final Optional<JsonObject> heldOut;
  private final List<NodeName> names;

  /** Places of those that take part. */
  private final List<Integer> taking;

  private final long seed;
  private final int workers;
  private final Partition partition;
  private final Optional<Partition> later;
  private final Attackers attackers;

  /** Reads everything and refuses what can't be done; only the folder of results is made. */
  private SimulationRun(Order order, Console console, Consumer<RunStatus> also) {
    this.order = order;
    this.console = console;
    this.also = also;
    ConfigFile read =
        ConfigFile.read(order.file, Overrides.of("simulation", order.settings, Map.of()));
    this.config = read.as(SimulationConfig::read);
    NewFolder.make(order.into);
    var files = new SimulationFiles(read.folder(), order.into);
    this.plan = files.plan(order.plan, order.planSettings, config);
    this.workers = workers(config, plan.plan());
    this.seed = config.seed().orElse(plan.plan().seed());
    SimulationFiles.Data given = files.data(config, seed);
    this.heldOut = given.heldOut();
    SimulationFiles.requireReadable(heldOut);
    requireHeldOut(plan.plan().evaluation().places(), heldOut);
    this.data = SharedData.load(given.shared(), plan.plan().model().labels(), config.scheme());
    int nodes = config.nodes(Partitioner.groups(data.subjects()));
    this.taking = taking(config.only(), nodes);
    requireEnough(plan.plan().federation().cohort(), taking.size());
    requireValidation(plan.plan().evaluation().places(), data);
    requireNumber(plan.plan().train().batch());
    requireLonely(plan.plan(), config.hostility());
    this.partition =
        Partitioner.divide(data.subjects(), config.scheme(), nodes, config.least(), seed);
    this.later =
        config.drift()
            ? Optional.of(
                Partitioner.divide(
                    data.subjects(), config.scheme(), nodes, config.least(), seed + 1))
            : Optional.empty();
    this.names = NodeNames.of(nodes);
    this.attackers =
        config
            .hostility()
            .filter(wanted -> config.only().isEmpty())
            .map(hostility -> Attackers.of(hostility, names, seed))
            .orElse(Attackers.NONE);
    requireFeatures();
  }

  /** Noise or a shift that the data can't have is refused now, not by each node that trains. */
  private void requireFeatures() {
    ExamplePart examples = site(taking.get(taking.size() - 1)).examples(1).train();
    if (!examples.isEmpty()) {
      var unused = examples.get(0);
    }
  }

  private static List<Integer> taking(Optional<Integer> only, int nodes) {
    if (only.filter(node -> node > nodes).isPresent()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "only",
          only.get(),
          "a node's number from 1 to " + nodes,
          "Name another node.");
    }
    return only.map(node -> List.of(node - 1))
        .orElseGet(() -> IntStream.range(0, nodes).boxed().toList());
  }

  /** Runs it; prints the answer and leaves the report in the folder. */
  public static void run(Order order, Console console) {
    run(order, console, status -> {});
  }

  /** The same; tells each state that the run is seen in to somebody else too. */
  static void run(Order order, Console console, Consumer<RunStatus> also) {
    boolean there = Files.exists(order.into);
    SimulationRun run;
    try {
      run = new SimulationRun(order, console, also);
    } catch (RuntimeException e) {
      if (!there) {
        DurableFiles.unforced().deleteTree(order.into); // nothing of what was refused stays
      }
      throw e;
    }
    run.run();
  }

  private static int workers(SimulationConfig config, Plan plan) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = plan.train().threads();
    int most = Math.max(1, cores / threads);
    int workers = config.workers().orElse(most);
    if (workers > most) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "workers",
          workers + " of " + threads + " threads each",
          "at most " + most + " on the " + cores + " cores of this machine",
          "Lower workers, or train.threads in the plan.");
    }
    return workers;
  }

  private static void requireNumber(BatchPlan batch) {
    if (batch.fitting()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "train.batch-size",
          BatchPlan.AUTO,
          "a number, since simulated nodes share the memory of one process",
          "Set one in the plan.");
    }
  }

  private static void requireHeldOut(EvaluationPlaces places, Optional<JsonObject> heldOut) {
    if (places.atCentre() && heldOut.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "held-out",
          "not given",
          "labelled examples, since the plan has evaluation.where: " + places.where().token(),
          "Add held-out to the simulation's file, or set evaluation.where to sites.");
    }
  }

  private static void requireValidation(EvaluationPlaces places, SharedData data) {
    if (places.atSites() && !data.spec().validation().present()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "data.validation",
          "none",
          "a percentage, since the plan has evaluation.where: " + places.where().token(),
          "Give data files with a validation part, or evaluate centrally.");
    }
  }

  /** Attackers that look at their cohort need one. */
  private static void requireLonely(Plan plan, Optional<Hostility> hostility) {
    Optional<Attack> attack = hostility.map(Hostility::attack).filter(Attack::looksAround);
    if (attack.isPresent() && plan.federation().async().isPresent()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "malicious.attack",
          attack.get().token(),
          "an attack on one's own update, since the plan has federation.mode: async",
          "Choose sign-flip, gaussian or label-flip.");
    }
  }

  private static void requireEnough(CohortPlan cohort, int nodes) {
    if (cohort.quorum() > nodes) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "nodes",
          nodes,
          "at least the plan's quorum of " + cohort.quorum(),
          "Simulate more nodes, or lower federation.cohort.quorum.");
    }
  }

  private void run() {
    var holdings =
        new Holdings(names.stream().map(NodeName::value).toList(), data.subjects(), partition);
    if (!config.about().isEmpty()) {
      console.line(console.style().bold(config.about()));
    }
    console.line(
        Figures.count(names.size())
            + " nodes, "
            + config.only().map(node -> names.get(node - 1) + " alone, ").orElse("")
            + config.scheme().token()
            + ", "
            + Figures.count(data.size())
            + " examples, "
            + workers
            + (workers == 1 ? " worker" : " workers")
            + ", durability "
            + config.durability().token());
    console.lines(holdings.lines(console.style()));
    console.line("");
    long started = System.nanoTime();
    RunStatus run;
    try (VirtualFederation federation = start();
        OperatorConnection operator =
            OperatorConnection.over(federation.operator(), "this process", 0)) {
      started = System.nanoTime();
      run = follow(federation, operator);
      finish(
          new SimulationReport(
              resolved(),
              holdings,
              run,
              seconds(started),
              attackers,
              run.completed() && config.perNode() ? perNode(federation, run) : List.of(),
              federation.time().committed(new RunId(run.run()))),
          operator);
    }
    DurableFiles.unforced().deleteTree(order.into.resolve(STATE));
    requireCompleted(run);
  }

  private VirtualFederation start() {
    var federation =
        VirtualFederation.start(
            new VirtualFederation.Setting(
                FEDERATION, order.into.resolve(STATE), heldOut, workers, config.durability()));
    try {
      List<VirtualSite> sites = new ArrayList<>();
      for (int node : taking) {
        sites.add(new VirtualSite(names.get(node), site(node)));
      }
      federation.join(sites, plan.plan().model().labels(), work(federation));
      return federation;
    } catch (RuntimeException e) {
      federation.close();
      throw e;
    }
  }

  private List<NodeFigure> perNode(VirtualFederation federation, RunStatus run) {
    List<NodeFigure> figures = new ArrayList<>();
    for (int node : taking) {
      EvaluationReport report = federation.judge(new RunId(run.run()), site(node), data.spec());
      figures.add(NodeFigure.of(names.get(node).value(), report, run.chosenMetric()));
    }
    return figures;
  }

  private SiteData site(int node) {
    SiteData site =
        later
            .map(last -> data.drifting(partition, last, node, plan.plan().federation().rounds()))
            .orElseGet(() -> data.site(partition, node));
    double noise = names.size() == 1 ? 0 : config.noise() * node / (names.size() - 1);
    if (noise == 0 && config.shift().equals(FeatureShift.NONE)) {
      return site;
    }
    String name = names.get(node).value();
    return new ChangedSite(
        site,
        examples ->
            config.shift().of(FeatureNoise.of(examples, noise, new RandomStreams(seed), name)));
  }

  private LocalWork work(VirtualFederation federation) {
    LocalWork work = federation.torchWork(data.spec());
    var behaving = new BehavingWork(work, config.behaviour(), seed);
    if (!config.behaviour().equals(Behaviour.NONE)) {
      work = behaving;
    }
    if (attackers.present()) {
      work =
          new HostileWork(
              work, config.hostility().orElseThrow(), attackers, seed, federation::nodesOfAttempt);
    }
    boolean timed = config.behaviour().timed() || plan.plan().federation().async().isPresent();
    return timed ? federation.time().timed(work, behaving::duration) : work;
  }

  private RunStatus follow(VirtualFederation federation, OperatorConnection operator) {
    RunStatus begun = RunStarter.start(plan, operator, TransferListener.silent());
    RunId run = new RunId(begun.run());
    CohortPlan cohort = plan.plan().federation().cohort();
    int size =
        plan.plan()
            .federation()
            .async()
            .map(AsyncPlan::buffer)
            .orElseGet(() -> cohort.asked(taking.size()));
    var display =
        new SimulationDisplay(
            console,
            size,
            () -> federation.direct().run(run).map(state -> ended(state.open())).orElse(0));
    RunStatus[] last = {begun};
    operator
        .calls()
        .watchRun(
            begun.run(),
            status -> {
              last[0] = status;
              display.show(status);
              also.accept(status);
              return !status.over() && !status.state().equals("paused");
            });
    return last[0];
  }

  /** Assignments to train that are over. */
  private static int ended(OpenRound open) {
    return (int)
        open.cohort().values().stream()
            .filter(one -> !one.evaluates() && !one.stage().live())
            .count();
  }

  private void finish(SimulationReport report, OperatorConnection operator) {
    report.write(order.into);
    RunStatus run = report.run();
    if (run.completed()) {
      Exporter.export(
          operator,
          run.run(),
          "best",
          order.into.resolve("model"),
          Exporter.Form.USUAL,
          TransferListener.silent());
    }
    console.line("");
    console.lines(RunScreen.rounds(run, console.style()));
    console.line("");
    console.line("final digest   " + run.finalDigest());
    console.line(
        "client rounds  "
            + Figures.count(report.clientRounds())
            + " in "
            + Figures.seconds(report.seconds())
            + ", "
            + Figures.fixed(report.clientRounds() / report.seconds(), 1)
            + " a second");
    console.line("report         " + order.into.resolve("report.html"));
    console.line("model          " + order.into.resolve("model"));
    console.json(report.toJson());
  }

  private static void requireCompleted(RunStatus run) {
    if (!run.completed()) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED,
          "run: " + run.state() + ", " + run.reason() + " (expected: completed). See the report.");
    }
  }

  private JsonObject resolved() {
    return config.toJson(
        Map.of(
            "nodes", JsonValue.of(names.size()),
            "seed", JsonValue.of(seed),
            "workers", JsonValue.of(workers)));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
