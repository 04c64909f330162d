package io.tributary.simulations.behaviour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlandersFormTest {
  /** Four nodes, two hostile: means (2.5, 5), deviations over n sqrt(1.25) and 2 sqrt(1.25). */
  private static final Knowledge FOUR =
      new Knowledge(
          List.of(new float[] {2, 4}, new float[] {4, 8}),
          List.of(new float[] {1, 2}, new float[] {3, 6}),
          4,
          2);

  @ParameterizedTest
  @CsvSource({
    "0, 0.5",
    "0.5, 0.6914624612740131",
    "-1.3, 0.09680048458561036",
    "2.45, 0.9928571892647287",
    "5, 0.9999997133484282",
    "49, 1",
    "-49, 0"
  })
  void below_knownValues_givesTheirProbabilities(double x, double expected) {
    assertEquals(expected, NormalProbability.below(x), 1e-14);
  }

  @ParameterizedTest
  // 49/80, 49/40 and 49/20: above 1 it is no probability any more, and still a number
  @CsvSource({"20, 0.7298965009987647", "60, 0.8897123897471487", "80, 0.9928571892647287"})
  void z_hundredNodes_isTheDistributionFunction(int attackers, double expected) {
    assertEquals(expected, FlandersForm.z(100, attackers), 1e-14);
  }

  @Test
  void littleIsEnough_allUpdates_meanLessRootsOfDeviations() {
    double z = 0.6914624612740131;
    assertArrayEquals(
        new float[] {
          (float) (2.5 - z * Math.sqrt(Math.sqrt(1.25))),
          (float) (5 - z * Math.sqrt(2 * Math.sqrt(1.25)))
        },
        FlandersForm.littleIsEnough(FOUR),
        1e-6f);
  }

  @ParameterizedTest
  // 5 stands out, 5 - 1.25 too, …: never one that does not
  @CsvSource({
    "1, 6, 0",
    "2.4, 6, 0",
    "3, 3, 5e-5",
    "4.9, 4.9, 5e-5",
    "6.2, 6.2, 5e-5",
    "90, 7.5, 5e-5"
  })
  void gamma_largest_isFoundBetweenItsEnds(double largest, double expected, double within) {
    assertEquals(expected, FlandersForm.gamma(largest), within);
  }

  /** The honest are sqrt(20) apart: 2.5 deviations of sqrt(6.25) are far more. */
  @Test
  void minMax_updatesThatSixDeviationsLeave_isSixDeviationsOff() {
    assertArrayEquals(
        new float[] {
          (float) (2.5 - 6 * Math.sqrt(1.25)), (float) (5 - 12 * Math.sqrt(1.25)),
        },
        FlandersForm.minMax(FOUR),
        1e-5f);
  }

  /**
   * Seven nodes, two hostile that would have sent nothing, tensors of two and three values, W the
   * reference and the direction. Scores of the honest are 16 + 16 + 32, so the first λ is {@code 64
   * / (5 sqrt(2)) + (sqrt(26) + sqrt(3))²/sqrt(2) = 42.05}. With μ = 1 - λ the vector μW is {@code
   * 16 + 8μ + 5μ²} from the second and fourth update: 72 with λ/8, more than Krum takes; 16.2 with
   * λ/16.
   */
  @Test
  void opt_updatesAlongTheAxes_goesBackBehindTheFirstModel() {
    float[] reference = {1, -1, 1, -1, 1};
    float[] nothing = new float[5];
    var known =
        new Knowledge(
            List.of(
                new float[] {4, 0, 0, 0, 0},
                new float[] {0, 4, 0, 0, 0},
                new float[] {0, 0, 4, 0, 0},
                new float[] {0, 0, 0, 4, 0},
                new float[] {0, 0, 0, 0, 4}),
            List.of(nothing, nothing),
            7,
            2);
    double first =
        64 / (5 * Math.sqrt(2)) + Math.pow(Math.sqrt(26) + Math.sqrt(3), 2) / Math.sqrt(2);
    float[] expected = new float[5];
    for (int j = 0; j < expected.length; j++) {
      expected[j] = (float) (reference[j] * (1 - first / 16));
    }
    assertArrayEquals(expected, FlandersForm.opt(known, reference, nothing, List.of(2, 3)), 1e-5f);
  }

  /** Sent is an update: the model that it makes of the present one does not hang on that one. */
  @Test
  void opt_anotherPresentModel_makesUpForIt() {
    float[] sent =
        FlandersForm.opt(
            new Knowledge(List.of(new float[] {0}, new float[] {2}), List.of(), 4, 2),
            new float[] {3},
            new float[] {10},
            List.of(1));
    // anchor -7, two attackers are each other's neighbour: first λ = 4/2 + 81
    assertArrayEquals(new float[] {-7 - 83}, sent, 1e-4f);
  }

  @Test
  void opt_updatesFarAway_isCapped() {
    float[] sent =
        FlandersForm.opt(
            new Knowledge(List.of(new float[] {0}, new float[] {2000}), List.of(), 4, 2),
            new float[] {3},
            new float[] {3},
            List.of(1));
    assertArrayEquals(new float[] {-999}, sent);
  }
}
