package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RosterTest {
  private static NodeProfile profile(String node) {
    return new NodeProfile(new NodeName(node), Set.of("a"), 10);
  }

  private static Map<String, Long> seen(Roster roster) {
    Map<String, Long> seen = new TreeMap<>();
    List<String> order = new ArrayList<>();
    for (Roster.Member member : roster) {
      order.add(member.profile().node().value());
      seen.put(member.profile().node().value(), member.session());
    }
    assertEquals(List.copyOf(seen.keySet()), order, "not in the order of names");
    return seen;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void with_anyOrderOfJoinsAndLosses_isWhatASortedMapWouldBe(long seed) {
    var random = new Random(seed);
    Map<String, Long> expected = new TreeMap<>();
    Roster roster = Roster.empty();
    for (long session = 1; session <= 2_000; session++) {
      String node = "node-" + random.nextInt(300);
      Roster before = roster;
      Map<String, Long> old = session % 97 == 0 ? seen(before) : Map.of();
      if (random.nextInt(3) == 0) {
        expected.remove(node);
        roster = roster.without(new NodeName(node));
      } else {
        expected.put(node, session);
        roster = roster.with(profile(node), session);
      }
      assertEquals(expected.size(), roster.size(), "replay: seed=" + seed);
      if (session % 97 == 0) {
        assertEquals(expected, seen(roster), "replay: seed=" + seed);
        assertEquals(old, seen(before), "a roster changed under its holder, replay: seed=" + seed);
      }
    }
    for (String node : expected.keySet()) {
      long session = roster.find(new NodeName(node)).orElseThrow().session();
      assertEquals(expected.get(node), session, "replay: seed=" + seed);
    }
  }

  @Test
  void with_numberedNamesInOrder_theTreeStaysShallow() {
    Roster roster = Roster.empty();
    int nodes = 20_000;
    for (int i = 0; i < nodes; i++) {
      roster = roster.with(profile(String.format("node-%05d", i)), i + 1);
    }
    // the deepest path of a random search tree is about 4.3 ln n long (Devroye, JACM 1986): 43
    assertTrue(roster.depth() < 60, "depth " + roster.depth());
  }

  @Test
  void without_unknownName_changesNothing() {
    Roster roster = Roster.empty().with(profile("a"), 1);
    assertSame(roster, roster.without(new NodeName("b")));
  }
}
