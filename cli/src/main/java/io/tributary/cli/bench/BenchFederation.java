package io.tributary.cli.bench;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.OperatorConfig;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One coordinator and its nodes as processes of this machine, over mutual TLS. What dies is started
 * again by {@link #restart}. Belongs to one thread, {@link Member#kill} excepted.
 */
final class BenchFederation implements AutoCloseable {
  private static final Duration STARTING = Duration.ofSeconds(15);
  private static final int STARTING_TIMES = 5;
  private static final long CENSUS_NANOS = 200_000_000;
  private static final Set<ErrorKind> NOT_THERE =
      EnumSet.of(
          ErrorKind.UNREACHABLE, ErrorKind.TIMED_OUT, ErrorKind.NOT_READY, ErrorKind.CANCELLED);

  /** A process that has ended, with the failpoint its life was started with. */
  record Death(Member member, long pid, Optional<String> failpoint) {}

  /** A worker whose parent is gone. */
  private record Orphan(String parent, ProcessHandle worker, long since, boolean starting) {}

  private final BenchSettings settings;
  private final long orphanNanos;
  private final Consumer<JsonObject> events;
  private final OperatorConfig operator;
  private final Member coordinator;
  private final List<Member> nodes = new ArrayList<>();
  private final Map<Member, List<ProcessHandle>> workers = new LinkedHashMap<>();
  private final List<Orphan> orphans = new ArrayList<>();
  private final List<String> outlived = new ArrayList<>();
  private Optional<OperatorConnection> connection = Optional.empty();
  private OptionalDouble servingSeconds = OptionalDouble.empty();
  private double servingCpuSeconds;
  private long counted;

  /**
   * Nothing started yet; the files must be there.
   *
   * @param events is told of each process that starts or ends, with its id
   * @param orphan longest time that a worker may outlive its parent
   */
  BenchFederation(BenchSettings settings, Consumer<JsonObject> events, Duration orphan) {
    this.orphanNanos = orphan.toNanos();
    this.settings = settings;
    this.events = events;
    DemoLayout layout = settings.layout();
    operator = ConfigFile.read(layout.operator(), Overrides.none()).as(OperatorConfig::read);
    coordinator = member("coordinator", "128m", layout.coordinator());
    settings.sites().forEach(site -> nodes.add(member(site, "96m", layout.node(site))));
  }

  private Member member(String name, String heap, Path config) {
    String word = name.equals("coordinator") ? name : "node";
    return new Member(
        name,
        settings.folder(),
        settings.layout().log(name),
        heap,
        List.of(word, "run", "--config", config.toString(), "--stop-with-input"));
  }

  BenchSettings settings() {
    return settings;
  }

  Member coordinator() {
    return coordinator;
  }

  List<Member> nodes() {
    return List.copyOf(nodes);
  }

  List<Member> members() {
    List<Member> all = new ArrayList<>(List.of(coordinator));
    all.addAll(nodes);
    return all;
  }

  void start() {
    members().forEach(member -> start(member, Optional.empty()));
  }

  /** Kills the coordinator, and starts it again with a failpoint or without. */
  void restartCoordinator(Optional<String> failpoint) {
    coordinator.kill();
    coordinator.awaitDeath();
    restart(coordinator, failpoint);
  }

  /** Starts a dead process again with the same command and folder. */
  void restart(Member member, Optional<String> failpoint) {
    workers
        .getOrDefault(member, List.of())
        .forEach(
            worker ->
                orphans.add(
                    new Orphan(member.name(), worker, System.nanoTime(), starting(worker))));
    workers.remove(member);
    start(member, failpoint);
  }

  private void start(Member member, Optional<String> failpoint) {
    if (member == coordinator) {
      disconnect();
      servingSeconds = OptionalDouble.empty();
    }
    member.start(failpoint);
    tell("started", member.name(), member.pid());
  }

  /** The processes that have ended and wait to be started again. */
  List<Death> deaths() {
    List<Death> deaths = new ArrayList<>();
    for (Member member : members()) {
      if (!member.alive()) {
        tell("ended", member.name(), member.pid());
        deaths.add(new Death(member, member.pid(), member.failpoint()));
      }
    }
    return deaths;
  }

  /** Looks, some times a second, for workers that came and for orphans that went. */
  void census() {
    long now = System.nanoTime();
    if (now - counted < CENSUS_NANOS) {
      return;
    }
    counted = now;
    for (Member member : members()) {
      List<ProcessHandle> current = member.workers();
      Set<ProcessHandle> known = new HashSet<>(workers.getOrDefault(member, List.of()));
      if (!member.alive()) {
        continue;
      }
      for (ProcessHandle worker : current) {
        if (!known.contains(worker)) {
          tell("started", "worker of " + member.name(), worker.pid());
        }
      }
      workers.put(member, current);
    }
    orphans.removeIf(orphan -> !orphan.worker().isAlive());
    for (Orphan orphan : List.copyOf(orphans)) {
      long grace = orphan.starting() ? STARTING_TIMES * orphanNanos : orphanNanos;
      if (now - orphan.since() > grace) {
        outlived.add("worker " + orphan.worker().pid() + " outlived " + orphan.parent());
        orphan.worker().destroyForcibly();
        orphans.remove(orphan);
      }
    }
  }

  /**
   * A JVM that is not up yet learns of its parent's death when it is; and one that still compiles
   * much waits for that, up to ten seconds, before it halts.
   */
  private static boolean starting(ProcessHandle worker) {
    Instant young = Instant.now().minus(STARTING);
    return worker.info().startInstant().filter(young::isBefore).isPresent();
  }

  /** Workers that were alive too long after their parent's death. */
  List<String> outlived() {
    return List.copyOf(outlived);
  }

  private void tell(String event, String process, long pid) {
    events.accept(
        JsonValue.object().put("event", event).put("process", process).put("pid", pid).build());
  }

  /**
   * The coordinator's operator interface, once this life of it has answered a call; asks it once
   * where it has not.
   */
  Optional<OperatorConnection> operator() {
    if (connection.isEmpty() && listens()) {
      OperatorConnection open = OperatorConnection.open(operator);
      try {
        open.calls().about();
        servingSeconds = OptionalDouble.of((System.nanoTime() - coordinator.startedNanos()) / 1e9);
        servingCpuSeconds = coordinator.cpuSeconds();
        connection = Optional.of(open);
      } catch (FederationException e) {
        open.close();
        if (!absent(e)) {
          throw e;
        }
      }
    }
    return connection;
  }

  /** Cheaper than a TLS handshake: asked many times while a coordinator starts. */
  private boolean listens() {
    String[] parts = operator.control().split(":", 2);
    try (var socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Processor time that the coordinator had used when it first answered. */
  double servingCpuSeconds() {
    return servingCpuSeconds;
  }

  /** From the start of the coordinator's process to its first answer; empty before that. */
  OptionalDouble servingSeconds() {
    return servingSeconds;
  }

  /** Whether a call failed only because the coordinator is not there. */
  static boolean absent(FederationException failure) {
    return NOT_THERE.contains(failure.kind());
  }

  private void disconnect() {
    connection.ifPresent(OperatorConnection::close);
    connection = Optional.empty();
  }

  @Override
  public void close() {
    disconnect();
    nodes.forEach(Member::endInput);
    coordinator.endInput();
    members().forEach(Member::awaitEnd);
  }
}
