package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/** All commands, by name; the only place that lists them. */
public final class CommandTree {
  private final Surroundings surroundings;
  private final CommandLine root;

  /** The whole tree. */
  public CommandTree(Surroundings surroundings) {
    this(surroundings, "");
  }

  /**
   * What a command line can reach. Reading the annotations of all commands takes longer than most
   * answers, so where its first word is a command's or a group's name, the others are left out.
   *
   * @param first word of the command line; any other word: the whole tree
   */
  public CommandTree(Surroundings surroundings, String first) {
    this.surroundings = surroundings;
    var failures = new Failures(surroundings);
    this.root = new CommandLine(rootSpec(surroundings, first));
    root.setColorScheme(
        CommandLine.Help.defaultColorScheme(surroundings.colored() ? Ansi.ON : Ansi.OFF));
    root.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
    root.setUsageHelpWidth(Math.min(120, Math.max(80, surroundings.columns())));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setAbbreviatedOptionsAllowed(false);
    root.setParameterExceptionHandler(failures::usage);
    root.setExecutionExceptionHandler(
        (failure, command, result) -> failures.work(failure, command));
  }

  /** Runs a command line and answers with the exit code. */
  public int run(String... arguments) {
    int code = root.execute(arguments);
    surroundings.out().flush();
    return code;
  }

  /** The tree itself, for the reference of commands. */
  public CommandLine root() {
    return root;
  }

  /** The first words, in the order of the help, and what each of them makes. */
  private static Map<String, Supplier<CommandSpec>> tops(Surroundings s) {
    Map<String, Supplier<CommandSpec>> tops = new LinkedHashMap<>();
    tops.put("demo", () -> CommandSpec.forAnnotatedObject(new DemoCommand(s)));
    tops.put("local", () -> CommandSpec.forAnnotatedObject(new LocalCommand(s)));
    tops.put("simulate", () -> CommandSpec.forAnnotatedObject(new SimulateCommand(s)));
    tops.put("experiment", () -> CommandSpec.forAnnotatedObject(new ExperimentCommand(s)));
    tops.put("certs", () -> certs(s));
    tops.put("coordinator", () -> coordinator(s));
    tops.put("node", () -> node(s));
    tops.put("model", () -> model(s));
    tops.put("data", () -> data(s));
    tops.put("run", () -> run(s));
    tops.put("nodes", () -> nodes(s));
    tops.put("bench", () -> bench(s));
    tops.put("version", () -> CommandSpec.forAnnotatedObject(new VersionCommand(s)));
    return tops;
  }

  private static CommandSpec rootSpec(Surroundings s, String first) {
    CommandSpec spec =
        GroupCommand.spec(
            "tributary",
            "Fine-tunes a pre-trained model together on labelled data that stays where it lies.");
    spec.usageMessage().footer("", "Example:", "  tributary demo --quick");
    Map<String, Supplier<CommandSpec>> tops = tops(s);
    tops.forEach(
        (name, make) -> {
          if (name.equals(first) || !tops.containsKey(first)) {
            spec.addSubcommand(name, make.get());
          }
        });
    return spec;
  }

  private static CommandSpec certs(Surroundings s) {
    CommandSpec spec =
        GroupCommand.spec("certs", "Makes and revokes the certificates of a federation.");
    spec.usageMessage()
        .footer("", "Example:", "  tributary certs init --federation acme-health --into certs");
    add(spec, new CertsInit(s));
    add(spec, new CertsIssue(s));
    add(spec, new CertsRequest(s));
    add(spec, new CertsSign(s));
    add(spec, new CertsRevoke(s));
    add(spec, new CertsShow(s));
    return spec;
  }

  private static CommandSpec data(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("data", "Looks at labelled examples and splits them.");
    spec.usageMessage().footer("", "Example:", "  tributary data check reports.csv");
    add(spec, new DataCheckCommand(s));
    add(spec, new DataSplitCommand(s));
    add(spec, new DataInspectCommand(s));
    return spec;
  }

  private static CommandSpec run(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("run", "Starts, shows and steers runs.");
    spec.usageMessage().footer("", "Example:", "  tributary run start plan.yaml");
    add(spec, new RunStart(s));
    add(spec, new RunList(s));
    add(spec, new RunShow(s));
    add(spec, new RunWatch(s));
    add(spec, new RunChange.Pause(s));
    add(spec, new RunChange.Resume(s));
    add(spec, new RunChange.Stop(s));
    return spec;
  }

  private static CommandSpec node(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("node", "Runs and checks the node of a site.");
    spec.usageMessage().footer("", "Example:", "  tributary node run --config node.yaml");
    add(spec, new NodeRun(s));
    add(spec, new NodeCheckCommand(s));
    return spec;
  }

  private static CommandSpec model(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("model", "Brings models in and out, and uses them.");
    spec.usageMessage()
        .footer("", "Example:", "  tributary model predict --model model --text \"a wild cat\"");
    add(spec, new ModelImport(s));
    add(spec, new ModelExport(s));
    add(spec, new ModelMergeCommand(s));
    add(spec, new ModelRandom(s));
    add(spec, new ModelInspect(s));
    add(spec, new ModelPredict(s));
    add(spec, new ModelEvaluate(s));
    return spec;
  }

  private static CommandSpec coordinator(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("coordinator", "Runs and checks the coordinator.");
    spec.usageMessage()
        .footer("", "Example:", "  tributary coordinator run --config coordinator.yaml");
    add(spec, new CoordinatorRun(s));
    add(spec, new CoordinatorCheckCommand(s));
    add(spec, new CoordinatorBackup(s));
    add(spec, new CoordinatorReload(s));
    return spec;
  }

  private static CommandSpec bench(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("bench", "Measures this build on this machine.");
    spec.usageMessage().footer("", "Example:", "  tributary bench train --threads 2");
    add(spec, new BenchTrain(s));
    add(spec, new BenchParity(s));
    add(spec, new BenchCrash(s));
    add(spec, new BenchSoak(s));
    add(spec, new BenchAggregate(s));
    add(spec, new BenchTransfer(s));
    add(spec, new BenchRounds(s));
    add(spec, new BenchHub(s));
    add(spec, new BenchStart(s));
    add(spec, new BenchIdle(s));
    add(spec, new BenchSimulate(s));
    add(spec, new BenchAll(s));
    return spec;
  }

  private static CommandSpec nodes(Surroundings s) {
    CommandSpec spec = GroupCommand.spec("nodes", "Shows the nodes of the federation.");
    spec.usageMessage().footer("", "Example:", "  tributary nodes list");
    add(spec, new NodesList(s));
    add(spec, new NodesShow(s));
    add(spec, new NodesEvict(s));
    return spec;
  }

  private static void add(CommandSpec group, BaseCommand command) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(command);
    group.addSubcommand(spec.name(), spec);
  }
}
