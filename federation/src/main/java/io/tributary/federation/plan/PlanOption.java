package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.util.Optional;

/**
 * An option of a named part of a plan: a number in a range.
 *
 * @param key its name in plans
 * @param byDefault the value written into a resolved plan when the option is not given
 * @param min smallest value
 * @param max largest value
 * @param whole whether the number must be whole
 * @param word a text that may stand in place of the number; empty: none may
 * @param written whether the default is written into resolved plans; where it is not, plans from
 *     before there was the option keep their digest
 */
public record PlanOption(
    String key,
    JsonValue byDefault,
    double min,
    double max,
    boolean whole,
    Optional<String> word,
    boolean written) {
  public PlanOption {
    requireNonNull(key, "key");
    requireNonNull(byDefault, "byDefault");
    requireNonNull(word, "word");
  }

  static PlanOption number(String key, double byDefault, double min, double max) {
    return new PlanOption(key, JsonValue.of(byDefault), min, max, false, Optional.empty(), true);
  }

  static PlanOption whole(String key, long byDefault, long min, long max) {
    return new PlanOption(key, JsonValue.of(byDefault), min, max, true, Optional.empty(), true);
  }

  /** A number, or by default a word that says how it is found. */
  static PlanOption numberOr(String word, String key, double min, double max) {
    return new PlanOption(key, JsonValue.of(word), min, max, false, Optional.of(word), true);
  }

  /** A whole number, or by default a word that says how it is found, which is not written. */
  static PlanOption unwrittenWholeOr(String word, String key, long min, long max) {
    return new PlanOption(key, JsonValue.of(word), min, max, true, Optional.of(word), false);
  }

  /** The option's value in a section, in its range, or its default. */
  JsonValue read(Settings settings) {
    if (!settings.has(key)) {
      return byDefault;
    }
    if (word.isPresent() && !settings.holdsObject(key) && settings.text(key).equals(word.get())) {
      return JsonValue.of(word.get());
    }
    return whole
        ? JsonValue.of(settings.integer(key, (long) min, (long) max))
        : JsonValue.of(settings.number(key, min, min, max));
  }
}
