package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.NearestKey;
import io.tributary.federation.settings.Settings;

/**
 * The server optimizer of a plan.
 *
 * @param options of its name, with every default
 */
public record ServerOptimizerPlan(ServerOptimizerName name, PlanOptions options) {
  /** The aggregate is added as it is. */
  public static final ServerOptimizerPlan NONE =
      new ServerOptimizerPlan(ServerOptimizerName.NONE, PlanOptions.NONE);

  public ServerOptimizerPlan {
    requireNonNull(name, "name");
    requireNonNull(options, "options");
  }

  /** Reads {@code key: NAME} or {@code key: {name: NAME, OPTION: …}}. */
  static ServerOptimizerPlan read(Settings parent, String key) {
    Settings settings = parent.named(key);
    String word = settings.text("name", ServerOptimizerName.NONE.token());
    ServerOptimizerName name =
        ServerOptimizerName.find(word)
            .orElseThrow(
                () ->
                    settings.refusal(
                        "name",
                        word + NearestKey.hint(word, ServerOptimizerName.tokens()),
                        "one of " + String.join(", ", ServerOptimizerName.tokens())));
    return new ServerOptimizerPlan(name, PlanOptions.read(settings, name.options()));
  }

  JsonValue toJson() {
    return options.toJson(name.token());
  }
}
