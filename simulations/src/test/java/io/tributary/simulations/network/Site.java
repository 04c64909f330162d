package io.tributary.simulations.network;

import static java.util.Objects.requireNonNull;

import io.tributary.client.Node;
import io.tributary.client.NodeParts;
import io.tributary.client.NodeStatus;
import io.tributary.client.config.NodeConfig;
import io.tributary.client.session.Phase;
import io.tributary.client.session.SessionRules;
import io.tributary.transport.testing.FaultyProxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** A real node whose two connections go through a proxy each. */
final class Site implements AutoCloseable {
  final String name;
  final FaultyProxy control;
  final FaultyProxy bulk;
  final SteadyWorker worker;
  private final Object changed = new Object();
  private @Nullable NodeConfig config;
  private @Nullable Node node;
  private @Nullable NodeStatus status;
  private int joins;

  Site(String name, FaultyProxy control, FaultyProxy bulk, SteadyWorker worker) {
    this.name = name;
    this.control = control;
    this.bulk = bulk;
    this.worker = worker;
  }

  /** Starts the node's process, so to say, with short waits between its tries. */
  Site start(UnaryOperator<NodeParts> change) {
    var rules =
        new SessionRules(
            Duration.ofMillis(10),
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofMillis(200),
            1,
            64);
    NodeParts parts =
        NodeParts.real()
            .worker(any -> worker)
            .rules(rules)
            .random(RandomGeneratorFactory.of("L64X128MixRandom").create(7))
            .durable(false)
            .listener(this::changed);
    node = Node.start(config(), change.apply(parts));
    return this;
  }

  Site start() {
    return start(parts -> parts);
  }

  /** Ends the node as an operator's signal does, finished updates kept. */
  void stop() {
    Node running = node;
    node = null;
    if (running != null) {
      running.close();
    }
  }

  void configure(NodeConfig next) {
    config = next;
  }

  NodeConfig config() {
    return requireNonNull(config);
  }

  private void changed(NodeStatus next) {
    synchronized (changed) {
      if (next.phase() == Phase.JOINED && (status == null || status.phase() != Phase.JOINED)) {
        joins++;
      }
      status = next;
      changed.notifyAll();
    }
  }

  /** How often the node has joined. */
  int joins() {
    synchronized (changed) {
      return joins;
    }
  }

  /** Waits until the node has joined so often in all, and is joined. */
  void awaitJoins(int times) {
    await(now -> joins >= times && now.phase() == Phase.JOINED);
  }

  NodeStatus await(Predicate<NodeStatus> wanted) {
    long end = System.nanoTime() + NetworkFederation.PATIENCE.toNanos();
    synchronized (changed) {
      while (status == null || !wanted.test(status)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError(name + " did not get there: " + status);
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(changed, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError(e);
        }
      }
      return status;
    }
  }

  @Override
  public void close() {
    stop();
    control.close();
    bulk.close();
  }
}
