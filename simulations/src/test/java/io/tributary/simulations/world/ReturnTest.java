package io.tributary.simulations.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.session.SessionEffect;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionRules;
import io.tributary.client.session.SessionState;
import io.tributary.coordinator.registry.AssignmentOffer;
import io.tributary.coordinator.registry.NodeFacts;
import io.tributary.coordinator.registry.NodeLink;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 200 nodes whose coordinator goes away: real sessions, the real registry that tells each over how
 * long to spread its return, and virtual time. However long it was away, they come back spread over
 * time and all of them soon.
 */
class ReturnTest {
  private static final int NODES = 200;
  private static final long SEEDS = 20;
  private static final Instant CUT = Timeline.START.plusSeconds(120);
  private static final NodeFacts FACTS =
      new NodeFacts("1", "cpu", List.of("a"), 1, 0, "5e41a1", Timeline.START);

  private static final NodeLink SILENT =
      new NodeLink() {
        @Override
        public void assign(AssignmentOffer offer) {}

        @Override
        public void cancel(AssignmentId assignment, String reason) {}

        @Override
        public void superseded() {}

        @Override
        public void drain(Duration returnWithin) {}

        @Override
        public void retry(Duration least, Duration most, String reason) {}
      };

  /** One coordinator after another, and the moments at which nodes joined the second one. */
  private static final class Federation {
    private final Timeline timeline = new Timeline();
    private final Dice dice;
    private final List<Member> members;
    private final List<Instant> returns = new ArrayList<>();
    private Optional<NodeRegistry> front = Optional.of(new NodeRegistry(timeline::now));
    private int refused;

    Federation(long seed) {
      dice = new Dice(seed);
      members = IntStream.range(0, NODES).mapToObj(i -> new Member(this, "n-" + i)).toList();
      members.forEach(
          member ->
              timeline.after(
                  dice.millis(0, 60_000), () -> member.tell(new SessionEvent.Started(List.of()))));
    }

    /** The coordinator goes away, by its own word or without one, and is back after a while. */
    void cut(boolean drained, Duration away) {
      timeline.at(
          CUT,
          () -> {
            NodeRegistry old = front.orElseThrow();
            front = Optional.empty();
            for (Member member : members) {
              if (drained) {
                member.tell(new SessionEvent.DrainAsked(old.returnWithin()));
              }
              member.lost();
            }
          });
      timeline.at(CUT.plus(away), () -> front = Optional.of(new NodeRegistry(timeline::now)));
    }

    void connect(Member member) {
      timeline.after(
          dice.millis(1, 5),
          () -> {
            if (front.isEmpty()) {
              refused++;
              member.lost();
              return;
            }
            front.get().join(member.name, FACTS, SILENT);
            if (!timeline.now().isBefore(CUT)) {
              returns.add(timeline.now());
            }
            member.tell(new SessionEvent.Welcomed(front.get().returnWithin()));
          });
    }

    /** Most joins within any stretch of time. */
    int most(Duration stretch) {
      int most = 0;
      int first = 0;
      for (int last = 0; last < returns.size(); last++) {
        while (!returns.get(first).plus(stretch).isAfter(returns.get(last))) {
          first++;
        }
        most = Math.max(most, last - first + 1);
      }
      return most;
    }
  }

  private static final class Member {
    private final Federation federation;
    private final NodeName name;
    private final SessionMachine machine;
    private SessionState state = SessionState.initial();

    Member(Federation federation, String name) {
      this.federation = federation;
      this.name = new NodeName(name);
      this.machine = new SessionMachine(SessionRules.defaults(), federation.dice.fork());
    }

    void lost() {
      tell(new SessionEvent.ConnectionLost(ErrorKind.UNREACHABLE, "reset", Optional.empty()));
    }

    void tell(SessionEvent event) {
      var decision = machine.decide(state, event, federation.timeline.now());
      state = decision.state();
      for (SessionEffect effect : decision.effects()) {
        if (effect instanceof SessionEffect.Connect) {
          federation.connect(this);
        } else if (effect instanceof SessionEffect.ConnectAt at) {
          federation.timeline.at(at.time(), () -> tell(new SessionEvent.ConnectDue()));
        }
      }
    }
  }

  /**
   * The registry asks 200 nodes to spread over a second, so that a tenth of a second sees 20 on
   * average and, with nodes that were told earlier to take less, a few times as many.
   */
  @ParameterizedTest(name = "drained {0}, away for {1} ms")
  @CsvSource({"false, 300", "false, 2000", "false, 15000", "true, 300", "true, 2000"})
  void coordinatorAway_everyNodeReturns_spreadOverTime(boolean drained, long millis) {
    int most = 0;
    Duration slowest = Duration.ZERO;
    for (long seed = 1; seed <= SEEDS; seed++) {
      var federation = new Federation(seed);
      federation.cut(drained, Duration.ofMillis(millis));
      while (federation.timeline.step()) {
        // until nobody waits for anything
      }
      String replay = " replay: seed=" + seed;
      assertEquals(NODES, federation.returns.size(), "nodes came back;" + replay);
      assertTrue(federation.refused > 0, "nobody tried while it was away;" + replay);
      int tenth = federation.most(Duration.ofMillis(100));
      assertTrue(tenth <= NODES / 3, tenth + " joins in a tenth of a second;" + replay);
      most = Math.max(most, tenth);
      Duration all = Duration.between(CUT.plusMillis(millis), federation.returns.get(NODES - 1));
      assertTrue(all.compareTo(Duration.ofSeconds(25)) < 0, all + " until all were back;" + replay);
      slowest = slowest.compareTo(all) < 0 ? all : slowest;
    }
    System.out.printf(
        "returns, drained %s, away %d ms: at most %d of %d in 100 ms, all back in %.1f s%n",
        drained, millis, most, NODES, slowest.toMillis() / 1e3);
  }
}
