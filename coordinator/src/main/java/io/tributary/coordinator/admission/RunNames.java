package io.tributary.coordinator.admission;

import io.tributary.federation.RunId;
import java.util.random.RandomGenerator;

/** Makes run ids: the plan's name, a dash and six random characters of base 32. */
final class RunNames {
  /* Lower-case base 32 of RFC 4648, which has no characters that look alike but l and 1. */
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int CHARACTERS = 6;

  private final RandomGenerator random;

  RunNames(RandomGenerator random) {
    this.random = random;
  }

  RunId next(String planName) {
    var id = new StringBuilder(planName).append('-');
    for (int i = 0; i < CHARACTERS; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new RunId(id.toString());
  }
}
