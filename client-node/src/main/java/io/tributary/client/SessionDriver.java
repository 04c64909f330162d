package io.tributary.client;

import io.tributary.client.config.NodeConfig;
import io.tributary.client.policy.SentLog;
import io.tributary.client.rpc.BulkClient;
import io.tributary.client.session.Decision;
import io.tributary.client.session.NodeReply;
import io.tributary.client.session.Phase;
import io.tributary.client.session.SessionEffect;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionState;
import io.tributary.client.task.ProgressGate;
import io.tributary.client.task.Submitter;
import io.tributary.client.task.TaskParts;
import io.tributary.client.task.TaskProgress;
import io.tributary.client.task.TaskRunner;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.PeerChannels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the session's events to its machine, one by one on one thread, and does what it decides.
 * All fields but the volatile ones belong to that thread.
 */
final class SessionDriver {
  private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);

  private static final Duration SETTLE_AFTER = Duration.ofSeconds(1);

  private final SessionMachine machine;
  private final NodeParts parts;
  private final NodeThreads threads;
  private final TaskParts task;
  private final LazyWorker worker;
  private final StateLock lock;
  private final Connection connection;
  private final TaskRunner runner;
  private final Submitter submitter;
  private final ProgressGate progress;
  private final CompletableFuture<NodeEnd> end = new CompletableFuture<>();
  private SessionState state = SessionState.initial();
  private Optional<Instant> nextConnection = Optional.empty();
  private long finished;
  private long failed;
  private volatile NodeStatus status;

  SessionDriver(
      SessionMachine machine,
      NodeConfig config,
      NodeParts parts,
      TaskParts task,
      SentLog sent,
      LazyWorker worker,
      StateLock lock) {
    this.machine = machine;
    this.parts = parts;
    this.task = task;
    this.worker = worker;
    this.lock = lock;
    PeerChannels channels = parts.channels.apply(config);
    this.threads = parts.threads.get();
    this.connection = new Connection(config, parts, threads, task, sent, channels, this);
    this.progress = new ProgressGate(parts.nanos, this::report);
    var bulk =
        new BulkClient(
            () -> channels.bulk(connection.welcome().bulkPort()),
            task.cache().store(),
            parts.random,
            parts.nanos);
    var reports = new DriverReports(this, progress);
    this.runner = new TaskRunner(task, bulk, reports);
    this.submitter = new Submitter(task.updates(), bulk, sent, parts.clock, parts.nanos, reports);
    this.status = snapshot();
  }

  void start(List<SessionEvent.HeldUpdate> held) {
    if (parts.warm) {
      threads.task().execute(worker::get);
    }
    tell(new SessionEvent.Started(held));
    connection.beat();
  }

  CompletableFuture<NodeEnd> end() {
    return end;
  }

  NodeStatus status() {
    return status;
  }

  /** Hands an event in; from any thread. */
  void tell(SessionEvent event) {
    inSession(() -> step(event));
  }

  /** Runs a job between two events; dropped once the node has ended. */
  void inSession(Runnable job) {
    try {
      threads.session().execute(job);
    } catch (RejectedExecutionException e) {
      LOG.debug("the node has ended; dropped a late event", e);
    }
  }

  /** The last report is sent again while work is open, so that silence always means trouble. */
  Optional<TaskProgress> openProgress() {
    return progress.latest().filter(last -> state.open().containsKey(last.id()));
  }

  Phase phase() {
    return state.phase();
  }

  void step(SessionEvent event) {
    Phase before = state.phase();
    if (event instanceof SessionEvent.CancelAsked over && !state.open().containsKey(over.id())) {
      // nothing is open any more: the gate refused an update that was receipted
      LOG.warn("{}: {}", over.id(), over.reason());
    }
    Decision decision = machine.decide(state, event, parts.clock.instant());
    state = decision.state();
    if (before != state.phase()) {
      nextConnection = Optional.empty();
      LOG.info("session {}: {}", state.phase(), state.reason());
    }
    for (SessionEffect effect : decision.effects()) {
      attempt(effect);
    }
    publish();
  }

  /** One effect that fails takes neither the others nor the session with it. */
  private void attempt(SessionEffect effect) {
    try {
      execute(effect);
    } catch (RuntimeException e) {
      ErrorKind kind = e instanceof FederationException known ? known.kind() : ErrorKind.INTERNAL;
      LOG.error("{} failed", effect.getClass().getSimpleName(), e);
      if (effect instanceof SessionEffect.Connect) {
        tell(new SessionEvent.ConnectionLost(kind, String.valueOf(e), Optional.empty()));
      }
    }
  }

  private void execute(SessionEffect effect) {
    if (effect instanceof SessionEffect.Connect connect) {
      connection.open(connect.open());
    } else if (effect instanceof SessionEffect.ConnectAt at) {
      nextConnection = Optional.of(at.time());
      at(at.time(), new SessionEvent.ConnectDue());
    } else if (effect instanceof SessionEffect.Disconnect) {
      connection.close();
    } else if (effect instanceof SessionEffect.Send send) {
      send(send.reply());
    } else if (effect instanceof SessionEffect.End over) {
      over(over);
    } else {
      work(effect);
    }
  }

  private void work(SessionEffect effect) {
    if (effect instanceof SessionEffect.Begin begin) {
      runner.expect(begin.ticket());
      threads.task().execute(() -> runner.run(begin.ticket(), begin.offer()));
    } else if (effect instanceof SessionEffect.Stop stop) {
      LOG.info("{}: given up: {}", stop.id(), stop.reason());
      runner.stop(stop.ticket());
      submitter.stop(stop.ticket());
    } else if (effect instanceof SessionEffect.Submit submit) {
      submitter.expect(submit.ticket());
      threads.submit().execute(() -> submitter.run(submit.ticket(), submit.id()));
    } else if (effect instanceof SessionEffect.SubmitAt at) {
      at(at.time(), new SessionEvent.SubmitDue(at.id(), at.ticket()));
    } else if (effect instanceof SessionEffect.Discard discard) {
      threads.task().execute(() -> task.updates().discard(discard.id()));
    }
  }

  /** Forces a finished update to the disk unless its receipt comes first, as it mostly does. */
  void settleSoon(AssignmentId id) {
    connection.later(SETTLE_AFTER, () -> threads.task().execute(() -> settle(id)));
  }

  private void settle(AssignmentId id) {
    try {
      task.updates().settle(id);
    } catch (FederationException e) {
      LOG.warn("{}", e.sentence());
    }
  }

  private void send(NodeReply reply) {
    if (reply instanceof NodeReply.Finished) {
      finished++;
    } else if (reply instanceof NodeReply.Failed) {
      failed++;
    }
    connection.send(reply);
  }

  private void at(Instant time, SessionEvent event) {
    Duration wait = Duration.between(parts.clock.instant(), time);
    connection.later(wait, () -> tell(event));
  }

  private void report(TaskProgress report) {
    connection.send(report);
    inSession(this::publish);
  }

  private void publish() {
    status = snapshot();
    parts.listener.accept(status);
  }

  private NodeStatus snapshot() {
    return new NodeStatus(
        state.phase(),
        state.reason(),
        nextConnection,
        connection.welcome().federation(),
        connection.welcome().epoch(),
        state.open().values().stream()
            .map(open -> new NodeStatus.Work(open.id(), open.stage()))
            .toList(),
        openProgress(),
        finished,
        failed);
  }

  /** Frees everything behind the work that was given up, then says how it ended. */
  private void over(SessionEffect.End over) {
    var result = new NodeEnd(over.phase(), over.failure(), over.sentence());
    connection.shutDown();
    worker.made().ifPresent(made -> made.cancel());
    threads
        .task()
        .execute(
            () -> {
              try {
                worker.close();
                threads.close().run();
                lock.close();
              } finally {
                end.complete(result);
              }
            });
  }
}
