package io.tributary.simulations.behaviour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OptAttackTest {
  /** Five updates, each of length 4 along an axis of its own, sqrt(32) from each other. */
  private static final List<float[]> AXES =
      List.of(
          new float[] {4, 0, 0, 0, 0},
          new float[] {0, 4, 0, 0, 0},
          new float[] {0, 0, 4, 0, 0},
          new float[] {0, 0, 0, 4, 0},
          new float[] {0, 0, 0, 0, 4});

  /**
   * Seven nodes, two hostile, three neighbours count. The attackers' vector is, squared, {@code q =
   * 16 + 8λ + 5λ²} from each honest one; its score is 2q, that of the others 96 where q is above
   * 32: it is chosen for λ below 1.853. The bound is {@code 3 sqrt(32)/(2 sqrt(5)) + 4/sqrt(5) =
   * 5.58}, so it is halved twice.
   */
  @Test
  void of_updatesAlongTheAxes_goesAsFarAsKrumChoosesIt() {
    double bound = 3 * Math.sqrt(32) / (2 * Math.sqrt(5)) + 4 / Math.sqrt(5);
    assertEquals(bound, OptAttack.largest(AXES, KrumSearch.between(AXES), 2), 1e-12);
    float lambda = (float) (bound / 4);
    assertArrayEquals(
        new float[] {-lambda, -lambda, -lambda, -lambda, -lambda}, OptAttack.of(AXES, 2), 1e-6f);
  }

  @Test
  void of_meanOfEachSign_goesAgainstIt() {
    List<float[]> honest =
        List.of(new float[] {1, -2, 0}, new float[] {2, -3, 0}, new float[] {4, -1, 0});
    float[] sent = OptAttack.of(honest, 2);
    assertTrue(sent[0] < 0);
    assertEquals(-sent[0], sent[1]);
    assertEquals(0, sent[2], "no direction, no step");
  }

  /** The two attackers are each other's one neighbour that counts. */
  @Test
  void of_asManyAttackersAsKrumCounts_takesTheBound() {
    List<float[]> honest = List.of(new float[] {1}, new float[] {2}, new float[] {4});
    // one neighbour: min distance 1, farthest 4, and 1 in the place of 5 - 4 - 1
    assertArrayEquals(new float[] {-5}, OptAttack.of(honest, 2));
  }

  /** One attacker near nobody: 9, which has 8 and 10 beside it, is chosen for every λ. */
  @Test
  void of_krumThatNeverChooses_endsBelowTheThreshold() {
    List<float[]> honest =
        List.of(new float[] {8}, new float[] {9}, new float[] {10}, new float[] {0.5f});
    float lambda = -OptAttack.of(honest, 1)[0];
    assertTrue(lambda <= 1e-5 && lambda > 5e-6, () -> "λ " + lambda);
  }

  @Test
  void chooses_equalScores_areNotEnough() {
    List<float[]> honest = List.of(new float[] {0}, new float[] {2});
    // three nodes, one neighbour: the attacker at 1 is 1 from both, as both are from it
    var search =
        new KrumSearch(
            honest, KrumSearch.between(honest), new double[] {2}, new double[] {1}, 1, 0);
    assertFalse(search.chooses(1));
    assertFalse(search.chooses(0.75), "at 1.25 it is 0.5625 from 2, and so is 2 from it");
  }
}
