package io.tributary.federation.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known word that a mistyped one was meant to be, by Levenshtein distance. */
public final class NearestKey {
  private NearestKey() {}

  /** The nearest of the known words, if it is at most half the typed word away. */
  public static Optional<String> of(String typed, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(typed, candidate) <= Math.max(2, typed.length() / 2))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(typed, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The same as messages name it behind what was typed; empty where none is near. */
  public static String hint(String typed, Collection<String> known) {
    return of(typed, known).map(near -> ", near " + near).orElse("");
  }

  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
