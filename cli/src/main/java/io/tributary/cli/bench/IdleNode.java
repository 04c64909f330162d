package io.tributary.cli.bench;

import io.grpc.ManagedChannel;
import io.tributary.client.rpc.HelloFacts;
import io.tributary.client.rpc.JoinCall;
import io.tributary.client.rpc.JoinListener;
import io.tributary.client.rpc.WelcomeFacts;
import io.tributary.client.session.Decision;
import io.tributary.client.session.Phase;
import io.tributary.client.session.SessionEffect;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionState;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node that never works: the real session over the real call, without a worker, data or threads
 * of its own. Its fields are guarded by itself.
 */
final class IdleNode {
  private static final Duration WELCOME_WITHIN = Duration.ofSeconds(30);

  private final ManagedChannel channel;
  private final HelloFacts hello;
  private final SessionMachine machine;
  private final Watch watch;
  private final ScheduledExecutorService timers;
  private SessionState state = SessionState.initial();
  private @Nullable JoinCall call;
  private long number;

  IdleNode(
      ManagedChannel channel,
      HelloFacts hello,
      SessionMachine machine,
      Watch watch,
      ScheduledExecutorService timers) {
    this.channel = channel;
    this.hello = hello;
    this.machine = machine;
    this.watch = watch;
    this.timers = timers;
  }

  /** Is told what becomes of a node. */
  interface Watch {
    void welcomed(IdleNode node);

    /** The connection failed or ended; the node comes back by itself. */
    void lost(IdleNode node, String reason);

    /** The node does not come back. */
    void ended(IdleNode node, String reason);
  }

  void start() {
    step(new SessionEvent.Started(List.of()));
  }

  private synchronized void step(SessionEvent event) {
    Decision decision = machine.decide(state, event, Instant.now());
    state = decision.state();
    decision.effects().forEach(this::execute);
    if (event instanceof SessionEvent.ConnectionLost lost) {
      watch.lost(this, lost.sentence());
    }
  }

  private void execute(SessionEffect effect) {
    if (effect instanceof SessionEffect.Connect) {
      connect();
    } else if (effect instanceof SessionEffect.ConnectAt at) {
      later(Duration.between(Instant.now(), at.time()), () -> step(new SessionEvent.ConnectDue()));
    } else if (effect instanceof SessionEffect.Disconnect) {
      disconnect();
    } else if (effect instanceof SessionEffect.End end) {
      watch.ended(this, end.sentence());
    }
  }

  private void connect() {
    long mine = ++number;
    channel.resetConnectBackoff(); // the session has waited already
    call = JoinCall.open(channel, hello, listener(mine));
    later(WELCOME_WITHIN, () -> giveUpOn(mine));
  }

  private void disconnect() {
    number++;
    JoinCall open = call;
    call = null;
    if (open != null) {
      open.close();
    }
  }

  private JoinListener listener(long mine) {
    return new JoinListener() {
      @Override
      public void welcomed(WelcomeFacts facts) {
        if (stepIf(mine, new SessionEvent.Welcomed(facts.returnWithin()))) {
          watch.welcomed(IdleNode.this);
        }
      }

      @Override
      public void happened(SessionEvent event) {
        stepIf(mine, event);
      }
    };
  }

  private synchronized boolean stepIf(long mine, SessionEvent event) {
    if (mine != number) {
      return false;
    }
    step(event);
    return true;
  }

  private synchronized void giveUpOn(long mine) {
    if (mine == number && state.phase() == Phase.CONNECTING) {
      disconnect();
      step(
          new SessionEvent.ConnectionLost(
              ErrorKind.TIMED_OUT, "no Welcome within 30 s", Optional.empty()));
    }
  }

  private void later(Duration wait, Runnable job) {
    var unused = timers.schedule(job, Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
  }
}
