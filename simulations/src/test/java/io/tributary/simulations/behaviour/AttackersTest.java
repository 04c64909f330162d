package io.tributary.simulations.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.NodeName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AttackersTest {
  private static final List<NodeName> ALL =
      IntStream.range(0, 20).mapToObj(i -> new NodeName("node-" + i)).toList();

  @Test
  void in_drawnOnce_areTheSameInAllRounds() {
    Attackers attackers = drawn(false, 5);
    assertEquals(4, attackers.in(1).size());
    IntStream.range(0, 30).forEach(round -> assertEquals(attackers.in(1), attackers.in(round)));
    assertEquals(attackers.in(1), drawn(false, 5).in(9), "by the seed alone");
  }

  @Test
  void in_drawnAnew_areOthersInMostRoundsAndTheSameAgain() {
    Attackers attackers = drawn(true, 5);
    Set<Set<NodeName>> seen = new HashSet<>();
    Set<NodeName> everyone = new HashSet<>();
    for (int round = 1; round <= 60; round++) {
      assertEquals(4, attackers.in(round).size());
      assertEquals(attackers.in(round), drawn(true, 5).in(round));
      seen.add(attackers.in(round));
      everyone.addAll(attackers.in(round));
    }
    assertTrue(seen.size() > 50, seen.size() + " different sets of 4,845");
    assertEquals(20, everyone.size(), "everyone's turn comes");
  }

  @Test
  void in_drawnAnewBeforeTheFirstAttack_isNobody() {
    var late = new Hostility(4, Attack.SIGN_FLIP, 1, 3, AttackForm.PAPER, true);
    assertEquals(Set.of(), Attackers.of(late, ALL, 5).in(2));
    assertEquals(4, Attackers.of(late, ALL, 5).in(3).size());
  }

  @Test
  void in_roundsThatWereForgotten_areTheSame() {
    Attackers attackers = drawn(true, 5);
    Set<NodeName> first = attackers.in(1);
    IntStream.range(2, 200).forEach(attackers::in);
    assertEquals(first, attackers.in(1));
  }

  @Test
  void in_moreThanThereAre_areAll() {
    var many = new Hostility(99, Attack.SIGN_FLIP, 1, 1);
    assertEquals(Set.copyOf(ALL), Attackers.of(many, ALL, 1).in(3));
    assertFalse(Attackers.NONE.present());
    assertEquals(Set.of(), Attackers.NONE.in(1));
  }

  private static Attackers drawn(boolean anew, long seed) {
    var hostility = new Hostility(4, Attack.SIGN_FLIP, 1, 1, AttackForm.PAPER, anew);
    return Attackers.of(hostility, ALL, seed);
  }
}
