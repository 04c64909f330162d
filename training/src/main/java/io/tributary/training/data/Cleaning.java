package io.tributary.training.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Applies a site's cleaning steps and counts what they did. Confined to one thread. */
final class Cleaning {
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private final CleaningSpec spec;
  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final Set<Object> seen = new HashSet<>();

  Cleaning(CleaningSpec spec) {
    this.spec = spec;
    if (spec.trim()) {
      counts.put("trimmed", 0L);
    }
    if (spec.collapse()) {
      counts.put("collapsed", 0L);
    }
    if (spec.dropEmpty()) {
      counts.put("dropped-empty", 0L);
    }
    if (spec.dropDuplicates()) {
      counts.put("dropped-duplicates", 0L);
    }
  }

  String label(String label) {
    return spec.trim() ? label.strip() : label;
  }

  String text(String text) {
    String trimmed = spec.trim() ? counted("trimmed", text, text.strip()) : text;
    return spec.collapse()
        ? counted("collapsed", trimmed, SPACE.matcher(trimmed).replaceAll(" "))
        : trimmed;
  }

  boolean dropsText(String text) {
    return spec.dropEmpty() && text.isBlank() && dropped("dropped-empty");
  }

  boolean drops(Example example) {
    return spec.dropDuplicates() && !seen.add(key(example)) && dropped("dropped-duplicates");
  }

  /** The same steps, with counts of their own; duplicates are not looked for. */
  Cleaning uncounted() {
    return new Cleaning(new CleaningSpec(spec.trim(), spec.collapse(), spec.dropEmpty(), false));
  }

  /** Digests, not examples: a dataset larger than memory may have to be looked through. */
  private static Object key(Example example) {
    return List.of(ExampleBytes.sameAs(example), example.target());
  }

  SortedMap<String, Long> counts() {
    return counts;
  }

  private String counted(String step, String before, String after) {
    if (!before.equals(after)) {
      counts.merge(step, 1L, Long::sum);
    }
    return after;
  }

  private boolean dropped(String step) {
    counts.merge(step, 1L, Long::sum);
    return true;
  }
}
