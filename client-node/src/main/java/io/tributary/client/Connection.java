package io.tributary.client;

import io.grpc.ManagedChannel;
import io.tributary.aggregation.tally.TallyCodec;
import io.tributary.client.config.NodeConfig;
import io.tributary.client.policy.SentLog;
import io.tributary.client.rpc.HelloFacts;
import io.tributary.client.rpc.JoinCall;
import io.tributary.client.rpc.JoinListener;
import io.tributary.client.rpc.WelcomeFacts;
import io.tributary.client.session.NodeReply;
import io.tributary.client.session.Phase;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.task.TaskParts;
import io.tributary.client.task.TaskProgress;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.data.DatasetCard;
import io.tributary.transport.PeerChannels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's open call, one at a time. What an earlier call still says is dropped. Liveness is kept
 * by the timers' thread: training can't starve it.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final Duration WELCOME_WITHIN = Duration.ofSeconds(30);
  private static final Duration SHORTEST_BEAT = Duration.ofSeconds(1);
  private static final Duration LONGEST_BEAT = Duration.ofSeconds(10);
  private static final WelcomeFacts NONE =
      new WelcomeFacts(Duration.ofSeconds(30), 0, 0, "", Duration.ZERO);

  private final NodeConfig config;
  private final NodeParts parts;
  private final NodeThreads threads;
  private final TaskParts task;
  private final SentLog sent;
  private final PeerChannels channels;
  private final SessionDriver driver;
  private Optional<Digest> cardTold = Optional.empty();
  private long number;
  private volatile WelcomeFacts welcome = NONE;
  private volatile @Nullable JoinCall call;
  private volatile boolean over;

  Connection(
      NodeConfig config,
      NodeParts parts,
      NodeThreads threads,
      TaskParts task,
      SentLog sent,
      PeerChannels channels,
      SessionDriver driver) {
    this.config = config;
    this.parts = parts;
    this.threads = threads;
    this.task = task;
    this.sent = sent;
    this.channels = channels;
    this.driver = driver;
  }

  WelcomeFacts welcome() {
    return welcome;
  }

  /** Opens a new call; the session's thread. */
  void open(List<AssignmentId> open) {
    long mine = ++number;
    if (channels.control() instanceof ManagedChannel channel) {
      channel.resetConnectBackoff(); // the session has waited already
    }
    DatasetCard card = task.data().card();
    tellOnce(card);
    call = JoinCall.open(channels.control(), hello(card, open), listener(mine));
    later(WELCOME_WITHIN, () -> driver.inSession(() -> giveUpOn(mine)));
  }

  private JoinListener listener(long mine) {
    return new JoinListener() {
      @Override
      public void welcomed(WelcomeFacts facts) {
        inOrder(() -> take(facts));
      }

      @Override
      public void happened(SessionEvent event) {
        inOrder(() -> driver.step(event));
      }

      private void inOrder(Runnable job) {
        driver.inSession(
            () -> {
              if (mine == number) {
                job.run();
              }
            });
      }
    };
  }

  private void take(WelcomeFacts facts) {
    welcome = facts;
    driver.step(new SessionEvent.Welcomed(facts.returnWithin()));
  }

  private void giveUpOn(long mine) {
    if (mine == number && driver.phase() == Phase.CONNECTING) {
      close();
      driver.step(
          new SessionEvent.ConnectionLost(
              ErrorKind.TIMED_OUT,
              "coordinator: no Welcome within "
                  + WELCOME_WITHIN.toSeconds()
                  + " s (expected: one). Look into the coordinator's log.",
              Optional.empty()));
    }
  }

  /** Ends the call; the session's thread. */
  void close() {
    number++;
    JoinCall open = call;
    call = null;
    if (open != null) {
      open.close();
    }
  }

  /** Ends everything; nothing is sent or opened any more. */
  void shutDown() {
    over = true;
    channels.close(Duration.ZERO);
  }

  /** Sentences leave the site with an answer, so the log of what left it holds them. */
  void send(NodeReply reply) {
    JoinCall open = call;
    if (open != null) {
      if (reply instanceof NodeReply.Declined declined) {
        told("declined", reply, declined.reason().name(), declined.sentence());
      } else if (reply instanceof NodeReply.Failed failed) {
        told("failed", reply, failed.kind().name(), failed.sentence());
      } else if (reply instanceof NodeReply.Evaluated evaluated) {
        told(evaluated);
      }
      open.send(reply);
    }
  }

  private void told(String what, NodeReply reply, String kind, String sentence) {
    sent.append(
        JsonValue.object()
            .put("at", parts.clock.instant().toString())
            .put("what", what)
            .put("assignment", reply.assignment().toString())
            .put("kind", kind)
            .put("sentence", sentence)
            .build());
  }

  private void told(NodeReply.Evaluated evaluated) {
    sent.append(
        JsonValue.object()
            .put("at", parts.clock.instant().toString())
            .put("what", "evaluated")
            .put("assignment", evaluated.assignment().toString())
            .put("tally", TallyCodec.write(evaluated.tally()))
            .build());
  }

  /** From any thread. */
  void send(TaskProgress progress) {
    JoinCall open = call;
    if (open != null) {
      open.send(progress);
    }
  }

  /** Runs a job on the timers' thread; dropped once the node has ended. */
  void later(Duration wait, Runnable job) {
    if (over) {
      return;
    }
    try {
      Future<?> unused =
          threads.timers().schedule(job, Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the node has ended; dropped a timer", e);
    }
  }

  /** Repeats the last report of open work well within the lease, until the node ends. */
  void beat() {
    if (over) {
      return;
    }
    driver.inSession(() -> driver.openProgress().ifPresent(this::send));
    later(beatEvery(welcome.lease()), this::beat);
  }

  private static Duration beatEvery(Duration lease) {
    Duration third = lease.dividedBy(3);
    if (third.compareTo(SHORTEST_BEAT) < 0) {
      return SHORTEST_BEAT;
    }
    return third.compareTo(LONGEST_BEAT) > 0 ? LONGEST_BEAT : third;
  }

  private HelloFacts hello(DatasetCard card, List<AssignmentId> open) {
    return new HelloFacts(
        parts.version, config.device().toString(), parts.memoryBytes, task.threads(), card, open);
  }

  /** The card leaves the site, so the log of what left it says so, once for each new one. */
  private void tellOnce(DatasetCard card) {
    if (!cardTold.equals(Optional.of(card.content()))) {
      sent.append(
          JsonValue.object()
              .put("at", parts.clock.instant().toString())
              .put("what", "card")
              .put("labels", card.labels().size())
              .put("train", card.train())
              .put("validation", card.validation())
              .put("counts-per-label", !card.perLabel().isEmpty())
              .put("digest", card.content().toString())
              .build());
      cardTold = Optional.of(card.content());
    }
  }
}
