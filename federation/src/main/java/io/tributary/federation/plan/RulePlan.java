package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.NearestKey;
import io.tributary.federation.settings.Settings;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The rule of a plan. Rules that Tributary brings have a {@link RuleName}, and their options are
 * checked here. A rule of somebody else has a dot in its name ({@code acme.median}); only the
 * coordinator needs to have it, so its options are taken as they are and judged there.
 *
 * @param name as plans write it
 * @param options of rules that Tributary brings with every default; of others as given
 */
public record RulePlan(String name, PlanOptions options) {
  private static final Pattern OWN = Pattern.compile("[a-z0-9-]{1,60}(\\.[a-z0-9-]{1,60}){1,8}");

  public RulePlan {
    requireNonNull(name, "name");
    requireNonNull(options, "options");
  }

  /** A rule that Tributary brings, without options. */
  public static RulePlan of(RuleName name) {
    return new RulePlan(name.token(), PlanOptions.NONE);
  }

  /** The rule's name where Tributary brings it; empty for rules of others. */
  public Optional<RuleName> known() {
    return RuleName.find(name);
  }

  /** Reads {@code key: NAME} or {@code key: {name: NAME, OPTION: …}}. */
  static RulePlan read(Settings parent, String key) {
    Settings settings = parent.named(key);
    String name = settings.text("name", RuleName.WEIGHTED_MEAN.token());
    Optional<RuleName> known = RuleName.find(name);
    if (known.isPresent()) {
      return new RulePlan(name, PlanOptions.read(settings, known.get().options()));
    }
    if (!OWN.matcher(name).matches()) {
      throw settings.refusal(
          "name",
          name + NearestKey.hint(name, RuleName.tokens()),
          "one of " + String.join(", ", RuleName.tokens()) + ", or an own rule's name with a dot");
    }
    SortedMap<String, JsonValue> options = new TreeMap<>(settings.remaining());
    return new RulePlan(name, new PlanOptions(options));
  }

  JsonValue toJson() {
    return options.toJson(name);
  }
}
