package io.tributary.cli.faststart;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.Surroundings;
import io.tributary.cli.Tributary;
import io.tributary.cli.command.CommandTree;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.service.LogSetup;
import io.tributary.cli.service.QuietLogging;
import io.tributary.client.Node;
import io.tributary.client.NodeParts;
import io.tributary.client.config.NodeConfig;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.CoordinatorSeams;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.worker.Worker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a coordinator and a node on this machine, lets them meet, asks as an operator and ends.
 * The launcher runs it with {@code -XX:DumpLoadedClassList} and dumps those classes: later starts
 * then take them from that file instead of reading and checking them one by one. Nothing is
 * trained, so the engine is not touched.
 */
public final class Rehearsal {
  private static final int PATIENCE_SECONDS = 30;

  private static final String COORDINATOR =
      """
      federation: rehearsal
      listen: {control: "127.0.0.1:0", bulk: "127.0.0.1:0", names: ["127.0.0.1"]}
      state: state/coordinator
      tls: {certificate: tls/coordinator.pem, key: tls/coordinator.key, trust: certs/ca.pem}
      held-out: {selection: data.jsonl, text: text, label: label}
      """;

  private static final String NODE =
      """
      coordinator: {control: "%s", name: coordinator/main}
      tls: {certificate: tls/site.pem, key: tls/site.key, trust: certs/ca.pem}
      state: state/site
      data: {train: {source: jsonl, path: data.jsonl, text: text, label: label}}
      device: cpu
      """;

  private static final String OPERATOR =
      """
      coordinator: {control: "%1$s", bulk: "%2$s", name: coordinator/main}
      tls: {certificate: tls/operator-op.pem, key: tls/operator-op.key, trust: certs/ca.pem}
      """;

  private final Path folder;

  private Rehearsal(Path folder) {
    this.folder = folder;
  }

  /** Exit code 0 when everything was rehearsed; anything else leaves nothing to use. */
  public static void main(String[] arguments) throws Exception {
    LogSetup.takeOverJavaLogging();
    Path folder = Files.createTempDirectory("tributary-rehearsal");
    try {
      rehearse(folder);
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  /** All of it, with files in an empty folder. */
  static void rehearse(Path folder) throws Exception {
    new Rehearsal(folder).run();
  }

  private void run() throws Exception {
    LogSetup.service("error", false);
    requireNonNull(Tributary.class, "the main class is to be kept, too");
    if (new QuietLogging().getLoggerFactory().getLogger("rehearsal").isInfoEnabled()) {
      throw new IllegalStateException("commands are not quiet");
    }
    certificates();
    Files.writeString(
        folder.resolve("data.jsonl"),
        "{\"text\":\"a wild cat\",\"label\":\"animal\"}\n{\"text\":\"a hill\",\"label\":\"place\"}\n");
    write("coordinator.yaml", COORDINATOR);
    CoordinatorConfig config = read("coordinator", "coordinator.yaml").as(CoordinatorConfig::read);
    try (Coordinator coordinator =
        Coordinator.start(config, CoordinatorSeams.ofService("rehearsal", c -> noWorker()))) {
      Coordinator.Serving serving = coordinator.serving();
      String control = "127.0.0.1:" + serving.control().orElseThrow().getPort();
      String bulk = "127.0.0.1:" + serving.bulk().orElseThrow().getPort();
      write("operator.yaml", OPERATOR.formatted(control, bulk));
      write("node.yaml", NODE.formatted(control));
      join();
    }
  }

  private void join() throws Exception {
    var joined = new CompletableFuture<Void>();
    NodeParts parts =
        NodeParts.real()
            .version("rehearsal")
            .warm(false)
            .listener(
                status -> {
                  if (!status.federation().isEmpty()) {
                    joined.complete(null);
                  }
                });
    try (Node node = Node.start(read("node", "node.yaml").as(NodeConfig::read), parts)) {
      requireNonNull(node, "node");
      joined.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      command("run", "list", "--config", "operator.yaml");
      command("nodes", "list", "--config", "operator.yaml");
    }
  }

  private void certificates() {
    command("certs", "init", "--federation", "rehearsal", "--into", "certs");
    command("certs", "issue", "coordinator/main", "--host", "127.0.0.1", "--into", "tls");
    command("certs", "issue", "operator/op", "--into", "tls");
    command("certs", "issue", "node/site", "--into", "tls");
  }

  private void command(String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    int code =
        new CommandTree(new Surroundings(nowhere, System.err, Map.of(), folder, false, 100))
            .run(arguments);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + " ended with " + code);
    }
  }

  private ConfigFile read(String word, String name) {
    return ConfigFile.read(folder.resolve(name), Overrides.of(word, List.of(), Map.of()));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static Worker noWorker() {
    throw new FederationException(ErrorKind.NOT_READY, "worker: none in a rehearsal.");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
