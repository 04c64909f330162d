package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonBoolean;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an {@code adapter_config.json} of PEFT says. Which modules have adapters, and which are
 * saved as a whole, is read from the weights: lists in the wild name modules twice, or such as no
 * model has.
 *
 * @param alpha before it is divided
 * @param rankStabilised whether alpha is divided by the root of the rank
 */
record PeftConfig(int rank, double alpha, double dropout, boolean rankStabilised) {
  /** Keys that say nothing about what the adapters compute, or that the weights say too. */
  private static final Set<String> FREE =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "exclude_modules",
          "fan_in_fan_out",
          "inference_mode",
          "layers_pattern",
          "layers_to_transform",
          "loftq_config",
          "megatron_core",
          "modules_to_save",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config",
          "target_modules",
          "task_type");

  /** Keys that this version reads. */
  private static final Set<String> READ =
      Set.of(
          "bias",
          "init_lora_weights",
          "lora_alpha",
          "lora_dropout",
          "peft_type",
          "r",
          "use_rslora");

  /** Starts whose adapters belong to the base model as it is, not to one that they changed. */
  private static final Set<String> STARTS = Set.of("gaussian", "eva", "orthogonal");

  /**
   * Reads a configuration.
   *
   * @param where path of the file, for messages
   * @throws FederationException INVALID_DATA for settings that this version does not compute
   */
  static PeftConfig read(String where, JsonObject json) {
    ModelConfig config = new ModelConfig(where, json);
    same(config, "peft_type", "LORA", "");
    same(config, "bias", "none", "none");
    start(config);
    for (Map.Entry<String, JsonValue> field : json.fields().entrySet()) {
      String key = field.getKey();
      if (!FREE.contains(key) && !READ.contains(key) && !empty(field.getValue())) {
        throw refusal(config, key, field.getValue().canonical(), "null, false or empty");
      }
    }
    int rank = config.size("r");
    if (rank < 1) {
      throw refusal(config, "r", rank, ">= 1");
    }
    double dropout = config.number("lora_dropout", 0);
    if (!(dropout >= 0 && dropout < 1)) {
      throw refusal(config, "lora_dropout", dropout, "from 0 to below 1");
    }
    double alpha = config.number("lora_alpha", 8);
    if (!Double.isFinite(alpha)) {
      throw refusal(config, "lora_alpha", alpha, "a finite number");
    }
    return new PeftConfig(rank, alpha, dropout, config.flag("use_rslora", false));
  }

  private static void same(ModelConfig config, String key, String rule, String byDefault) {
    String found = config.text(key, byDefault);
    if (!found.equals(rule)) {
      throw refusal(config, key, "\"" + found + "\"", rule);
    }
  }

  private static void start(ModelConfig config) {
    JsonValue start = config.find("init_lora_weights").orElse(JsonValue.of(true));
    boolean plain =
        start instanceof JsonBoolean
            || (start instanceof JsonString word && STARTS.contains(word.value()));
    if (!plain) {
      throw refusal(
          config,
          "init_lora_weights",
          start.canonical(),
          "true, false, or a start that leaves the base model as it is");
    }
  }

  private static boolean empty(JsonValue value) {
    return value instanceof JsonNull
        || (value instanceof JsonBoolean flag && !flag.value())
        || (value instanceof JsonArray array && array.items().isEmpty())
        || (value instanceof JsonObject object && object.fields().isEmpty())
        || (value instanceof JsonNumber number && number.value().signum() == 0);
  }

  private static FederationException refusal(
      ModelConfig config, String key, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        config.where() + ": " + key,
        found,
        rule,
        "Merge the adapter with PEFT and take the merged model.");
  }

  /** The names under {@code target_modules}; empty where it is a pattern or missing. */
  static List<String> targets(JsonObject json) {
    if (json.find("target_modules").orElse(null) instanceof JsonArray array) {
      return array.items().stream()
          .filter(JsonString.class::isInstance)
          .map(item -> ((JsonString) item).value())
          .distinct()
          .sorted()
          .toList();
    }
    return List.of();
  }
}
