package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Changes of token sequences (two of the four of Wei and Zou, EDA, EMNLP 2019), drawn anew for each
 * text of each epoch from a named stream: tokens left out, and neighbours exchanged. Not for tasks
 * that label each token, and not for language modelling.
 *
 * @param dropout the odds of a token to be left out, from 0 to below 1; one always stays
 * @param swap the odds of a token to change places with the next, from 0 to 1
 */
public record TextAugmentation(double dropout, double swap) {
  /** Purpose of the random stream that draws are taken from. */
  public static final String PURPOSE = "text-augmentation";

  public TextAugmentation {
    if (!(dropout >= 0 && dropout < 1 && swap >= 0 && swap <= 1)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "augmentation",
          "dropout " + dropout + ", swap " + swap,
          "dropout from 0 to below 1, swap from 0 to 1",
          "Correct the numbers.");
    }
  }

  /** Nothing is changed and nothing drawn. */
  public static TextAugmentation none() {
    return new TextAugmentation(0, 0);
  }

  /**
   * A changed copy.
   *
   * @param fixed tokens that keep their places, such as a tokenizer's special ones
   */
  public int[] apply(int[] tokens, IntPredicate fixed, RandomGenerator random) {
    int[] changed = dropout > 0 ? dropped(tokens, fixed, random) : tokens.clone();
    for (int i = 0; swap > 0 && i + 1 < changed.length; i++) {
      boolean free = !fixed.test(changed[i]) && !fixed.test(changed[i + 1]);
      if (free && random.nextDouble() < swap) {
        int first = changed[i];
        changed[i] = changed[i + 1];
        changed[i + 1] = first;
        i++;
      }
    }
    return changed;
  }

  private int[] dropped(int[] tokens, IntPredicate fixed, RandomGenerator random) {
    boolean[] stays = new boolean[tokens.length];
    int free = 0;
    int kept = 0;
    for (int i = 0; i < tokens.length; i++) {
      boolean isFree = !fixed.test(tokens[i]);
      stays[i] = !isFree || random.nextDouble() >= dropout;
      free += isFree ? 1 : 0;
      kept += isFree && stays[i] ? 1 : 0;
    }
    if (free > 0 && kept == 0) {
      stays[nth(tokens, fixed, random.nextInt(free))] = true;
    }
    int[] left = new int[tokens.length];
    int count = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (stays[i]) {
        left[count++] = tokens[i];
      }
    }
    return Arrays.copyOf(left, count);
  }

  private static int nth(int[] tokens, IntPredicate fixed, int wanted) {
    int free = -1;
    for (int i = 0; i < tokens.length; i++) {
      free += fixed.test(tokens[i]) ? 0 : 1;
      if (free == wanted) {
        return i;
      }
    }
    throw new IllegalStateException("fewer free tokens than were counted");
  }
}
