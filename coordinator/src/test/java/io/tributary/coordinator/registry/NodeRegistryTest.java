package io.tributary.coordinator.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeRegistryTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final NodeFacts FACTS =
      new NodeFacts("1", "cpu", List.of("a"), 1, 0, "5e41a1", NOW);

  private final NodeRegistry registry = new NodeRegistry(() -> NOW);
  private final List<Duration> drained = new ArrayList<>();

  /** Notes with what span it was drained. */
  private final class Link implements NodeLink {
    @Override
    public void assign(AssignmentOffer offer) {}

    @Override
    public void cancel(AssignmentId assignment, String reason) {}

    @Override
    public void superseded() {}

    @Override
    public void drain(Duration returnWithin) {
      drained.add(returnWithin);
    }

    @Override
    public void retry(Duration least, Duration most, String reason) {}
  }

  private void join(int nodes) {
    for (int i = 0; i < nodes; i++) {
      registry.join(new NodeName("n" + i), FACTS, new Link());
    }
  }

  @Test
  void drain_200Nodes_allAreAskedToSpreadTheirReturnOverOneSecond() {
    join(200);
    registry.drain();
    assertEquals(200, drained.size());
    assertEquals(List.of(Duration.ofSeconds(1)), drained.stream().distinct().toList());
  }

  @Test
  void returnWithin_moreNodes_growsWithTheirNumber() {
    assertEquals(Duration.ZERO, registry.returnWithin());
    join(3);
    assertEquals(Duration.ofMillis(15), registry.returnWithin());
    join(10_000);
    assertEquals(Duration.ofSeconds(50), registry.returnWithin());
  }

  @Test
  void returnWithin_nodesThatWentAway_countToo() {
    join(199);
    ConnectedNode last = registry.join(new NodeName("last"), FACTS, new Link());
    registry.leave(last);
    assertEquals(Duration.ofSeconds(1), registry.returnWithin());
  }
}
