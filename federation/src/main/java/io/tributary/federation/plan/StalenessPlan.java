package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.NearestKey;
import io.tributary.federation.settings.Settings;

/**
 * What an update counts with that began from an older version of the model.
 *
 * @param options of its name, with every default
 */
public record StalenessPlan(StalenessName name, PlanOptions options) {
  public StalenessPlan {
    requireNonNull(name, "name");
    requireNonNull(options, "options");
  }

  /** Reads {@code key: NAME} or {@code key: {name: NAME, OPTION: …}}. */
  static StalenessPlan read(Settings parent, String key) {
    Settings settings = parent.named(key);
    String word = settings.text("name", StalenessName.POLYNOMIAL.token());
    StalenessName name =
        StalenessName.find(word)
            .orElseThrow(
                () ->
                    settings.refusal(
                        "name",
                        word + NearestKey.hint(word, StalenessName.tokens()),
                        "one of " + String.join(", ", StalenessName.tokens())));
    return new StalenessPlan(name, PlanOptions.read(settings, name.options()));
  }

  /**
   * s(τ): 1 for an update of the newest version, and never more.
   *
   * @param staleness τ, how many versions the model has gone on since the update began, from 0 on
   */
  public double weight(int staleness) {
    return switch (name) {
      case CONSTANT -> 1;
      case POLYNOMIAL -> StrictMath.pow(1.0 + staleness, -options.number("a"));
      case HINGE -> {
        int over = staleness - options.whole("b");
        yield over <= 0 ? 1 : 1 / (options.number("a") * over + 1);
      }
    };
  }

  JsonValue toJson() {
    return options.toJson(name.token());
  }
}
