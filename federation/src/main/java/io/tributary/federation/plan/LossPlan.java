package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The loss. Labels without a weight have the weight 1.
 *
 * @param name empty: the one that the task usually has
 * @param smoothing of {@code cross-entropy}: share of the target spread evenly over all labels
 * @param gamma of the focal losses: how much less sure examples count
 * @param alpha of {@code binary-focal}: weight of yes; no has 1 - alpha
 * @param delta of {@code huber}: where squared becomes linear
 * @param weights of {@code cross-entropy} and {@code focal}: weight of a label's examples
 * @param positive of {@code binary-cross-entropy}: weight of a label's yes
 */
public record LossPlan(
    Optional<LossName> name,
    double smoothing,
    double gamma,
    double alpha,
    double delta,
    SortedMap<String, Double> weights,
    SortedMap<String, Double> positive) {
  /** What a plan without the section has. */
  public static final LossPlan USUAL =
      new LossPlan(Optional.empty(), 0, 2, 0.25, 1, new TreeMap<>(), new TreeMap<>());

  private static final double MOST = 1e6;

  public LossPlan {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    positive = Collections.unmodifiableSortedMap(new TreeMap<>(positive));
  }

  static LossPlan read(Settings settings) {
    return new LossPlan(
        LossName.read(settings, "name"),
        settings.number("label-smoothing", USUAL.smoothing, 0, 0.999),
        settings.number("gamma", USUAL.gamma, 0, 100),
        settings.number("alpha", USUAL.alpha, 0, 1),
        settings.number("delta", USUAL.delta, 1e-9, MOST),
        weights(settings, "class-weights"),
        weights(settings, "positive-weights"));
  }

  private static SortedMap<String, Double> weights(Settings settings, String key) {
    SortedMap<String, Double> weights = new TreeMap<>();
    settings.textMap(key).forEach((label, text) -> weights.put(label, weight(settings, key, text)));
    return weights;
  }

  private static double weight(Settings settings, String key, String text) {
    double weight = Double.NaN;
    try {
      weight = new BigDecimal(text).doubleValue();
    } catch (NumberFormatException e) {
      // refused below
    }
    if (!(weight >= 0 && weight <= MOST)) {
      throw settings.refusal(key, "\"" + text + "\"", "numbers from 0 to 1000000, by label");
    }
    return weight;
  }

  /** Refuses a loss that does not fit the model, and weights of labels that it does not have. */
  void check(ModelPlan model, Settings settings) {
    LossName chosen = name.orElse(LossName.of(model.task(), model.multiLabel()));
    if (!chosen.fits(model)) {
      throw settings.refusal(
          "name",
          chosen.token(),
          "a loss for "
              + model.task().token()
              + (model.multiLabel() ? " with several labels" : ""));
    }
    check(model, settings, "class-weights", weights, chosen, LossName.FOCAL);
    check(model, settings, "positive-weights", positive, chosen, LossName.BINARY_CROSS_ENTROPY);
  }

  private static void check(
      ModelPlan model,
      Settings settings,
      String key,
      Map<String, Double> weights,
      LossName chosen,
      LossName other) {
    boolean takes =
        chosen == other || (other == LossName.FOCAL && chosen == LossName.CROSS_ENTROPY);
    if (!weights.isEmpty() && !takes) {
      throw settings.refusal(key, "given", "no weights with the loss " + chosen.token());
    }
    for (String label : weights.keySet()) {
      if (!model.labels().contains(label)) {
        throw settings.refusal(key, "\"" + label + "\"", "labels of model.labels");
      }
    }
  }

  /**
   * Empty for {@link #USUAL}, so that plans written before there was a choice keep their digest.
   */
  Optional<JsonObject> toJson() {
    if (equals(USUAL)) {
      return Optional.empty();
    }
    ObjectBuilder json =
        JsonValue.object()
            .put("label-smoothing", smoothing)
            .put("gamma", gamma)
            .put("alpha", alpha)
            .put("delta", delta)
            .put("class-weights", json(weights))
            .put("positive-weights", json(positive));
    name.ifPresent(loss -> json.put("name", loss.token()));
    return Optional.of(json.build());
  }

  private static JsonObject json(SortedMap<String, Double> weights) {
    SortedMap<String, JsonValue> json = new TreeMap<>();
    weights.forEach((label, weight) -> json.put(label, JsonValue.of(weight)));
    return JsonValue.object(json);
  }
}
