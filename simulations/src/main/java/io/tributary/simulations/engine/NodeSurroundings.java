package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.codec.Coding;
import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionRules;
import io.tributary.coordinator.registry.NodeFacts;
import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Plan;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all virtual nodes of a federation share. Safe for several threads. */
final class NodeSurroundings {
  private static final Logger LOG = LoggerFactory.getLogger(NodeSurroundings.class);
  private static final String SERIAL = "0";

  /** A reply is given again only where a connection was lost, which does not happen here. */
  private static final SessionRules RULES =
      new SessionRules(
          Duration.ofMillis(250),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          1,
          1);

  private final DirectPeers peers;
  private final List<String> labels;
  private final ExecutorService trainers;
  private final ScheduledExecutorService timers;
  private final LocalWork work;
  private final InstantSource clock = InstantSource.system();
  private final SessionMachine machine = new SessionMachine(RULES, new SecureRandom());
  private final Map<Digest, Plan> plans = new ConcurrentHashMap<>();
  private final Map<Digest, Path> bases = new ConcurrentHashMap<>();

  /**
   * @param labels that every node's card names
   * @param trainers as many threads as nodes train at the same time
   */
  NodeSurroundings(
      DirectPeers peers,
      List<String> labels,
      ExecutorService trainers,
      ScheduledExecutorService timers,
      LocalWork work) {
    this.peers = requireNonNull(peers, "peers");
    this.labels = List.copyOf(labels);
    this.trainers = requireNonNull(trainers, "trainers");
    this.timers = requireNonNull(timers, "timers");
    this.work = requireNonNull(work, "work");
  }

  DirectPeers peers() {
    return peers;
  }

  LocalWork work() {
    return work;
  }

  InstantSource clock() {
    return clock;
  }

  SessionMachine machine() {
    return machine;
  }

  NodeFacts facts(VirtualSite site) {
    return new NodeFacts("virtual", "cpu", labels, site.data().declared(), SERIAL, Instant.MAX);
  }

  /** Does an order of the coordinator when a trainer is free. */
  void begin(NodeName node, Runnable order) {
    try {
      trainers.execute(order);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: the federation is closing", node);
    }
  }

  void later(Duration wait, Runnable task) {
    try {
      var unused = timers.schedule(task, Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the federation is closing");
    }
  }

  /** Why a node does not take an offer: what a site's node would refuse, then the work's word. */
  Optional<LocalWork.Refusal> refusal(VirtualSite site, Offer offer) {
    for (Offer.GroupNeeded group : offer.groups()) {
      String codec = Coding.codecOf(plan(offer), group.name());
      if (!group.codec().equals(codec)) {
        return Optional.of(
            new LocalWork.Refusal(
                DeclineReason.UNSUPPORTED,
                "update: group "
                    + group.name()
                    + " as "
                    + group.codec()
                    + " (expected: "
                    + codec
                    + "). Use a newer version."));
      }
    }
    return work.refusal(site, offer);
  }

  private Plan plan(Offer offer) {
    return plans.computeIfAbsent(offer.planDigest(), digest -> Plan.parse(offer.plan()));
  }

  LocalTask task(VirtualSite site, Offer offer, long stepsPerRound, BooleanSupplier givenUp) {
    return new LocalTask(
        site,
        offer,
        plan(offer),
        bases.computeIfAbsent(offer.base().digest(), peers::base),
        peers.artifact(offer.trained().digest()),
        offer.statistics().map(file -> peers.artifact(file.digest())),
        offer.control().map(file -> peers.artifact(file.digest())),
        stepsPerRound,
        givenUp);
  }
}
