package io.tributary.cli.bench;

import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Many nodes that only hold their connection: what they cost the coordinator, how fast they come,
 * and how they come back after its death. The nodes live in one process of their own.
 */
public final class IdleBench implements PerformanceBench {
  private final int nodes;
  private final int joins;
  private final Duration idle;

  /** Numbers as in {@link IdleSettings}; what can't be is refused. */
  public IdleBench(int nodes, int joins, Duration idle) {
    this.nodes = nodes;
    this.joins = joins;
    this.idle = idle;
    settings(Path.of(""));
  }

  static IdleBench usual() {
    return new IdleBench(10_000, 1_000, Duration.ofMinutes(2));
  }

  private IdleSettings settings(Path folder) {
    return new IdleSettings(folder, nodes, joins, idle);
  }

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String heading() {
    return "Idle nodes";
  }

  @Override
  public List<String> explanation() {
    return List.of(
        """
        One coordinator process with a heap of 1 GB, and one process that holds the nodes: each has a certificate, a session
        and a connection over mutual TLS of its own, says Hello, and keeps alive as a node does. Memory is that of the
        coordinator's process; its worker is another. The share of a core is that of the idle minutes, pings included. Joins
        are begun all at once, by a process that shares the machine's cores: first those of a coordinator that has just
        started, then as many beside the idle ones. At last the coordinator is killed and started again."""
            .strip());
  }

  @Override
  public List<Measured> measure(Path folder, Console console) {
    IdleFiles.write(new DemoLayout(folder));
    var run = new IdleRun(IdleRun.allowed(settings(folder), console), console);
    var hook = new Thread(run::close, "bench-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try (run) {
      return run.measure();
    } finally {
      CrashBench.removeHook(hook);
    }
  }
}
