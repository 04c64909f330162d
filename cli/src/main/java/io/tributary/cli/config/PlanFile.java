package io.tributary.cli.config;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Head;
import io.tributary.training.model.PeftFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan as a person wrote it, and the folder of its base model. Where the plan names a file as its
 * {@code model.labels}, the labels are that file's lines.
 *
 * @param plan with the base still as a folder's name
 * @param adapter the folder that {@code model.adapter} names, from which the run goes on; its
 *     settings are those of {@code train.lora} where that section is missing
 */
public record PlanFile(Plan plan, Path base, Optional<Path> adapter) {
  private static final String ADAPTER = "adapter";

  public static PlanFile read(Path file, Overrides overrides) {
    ConfigFile whole = ConfigFile.read(file, overrides);
    Path folder = whole.folder();
    ConfigFile read = whole.map(tree -> withLabels(without(tree), folder));
    Plan plan = read.as((settings, at) -> Plan.read(settings));
    Path base = folder.resolve(plan.model().base()).normalize();
    if (!Files.isDirectory(base)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          file.getFileName() + ": model.base",
          plan.model().base(),
          "a folder with config.json and weights, beside the plan",
          "Make one with `tributary model import`.");
    }
    Optional<Path> adapter = adapter(whole).map(name -> folder.resolve(name).normalize());
    if (adapter.isEmpty()) {
      return new PlanFile(plan, base, adapter);
    }
    LoraPlan lora =
        PeftFolder.open(adapter.get()).settings(BaseModel.open(base), Head.of(plan.model()));
    ConfigFile filled = read.map(tree -> withLora(tree, lora));
    return new PlanFile(filled.as((settings, at) -> Plan.read(settings)), base, adapter);
  }

  private static Optional<String> adapter(ConfigFile file) {
    return file.as((settings, at) -> settings.section("model").optionalText(ADAPTER));
  }

  /** The plan's own tree: the adapter is a part of the base model once both are sent. */
  private static JsonValue without(JsonValue tree) {
    if (tree instanceof JsonObject root
        && root.find("model").orElse(tree) instanceof JsonObject model
        && model.find(ADAPTER).isPresent()) {
      SortedMap<String, JsonValue> fields = new TreeMap<>(model.fields());
      fields.remove(ADAPTER);
      return put(root, "model", JsonValue.object(fields));
    }
    return tree;
  }

  private static JsonValue withLora(JsonValue tree, LoraPlan lora) {
    if (tree instanceof JsonObject root
        && root.find("train").orElse(JsonValue.object(Map.of())) instanceof JsonObject train
        && train.find("lora").isEmpty()
        && train.find("what").orElse(tree).equals(JsonValue.of("lora"))) {
      return put(root, "train", put(train, "lora", lora.toJson()));
    }
    return tree;
  }

  private static JsonValue withLabels(JsonValue tree, Path folder) {
    if (tree instanceof JsonObject root
        && root.find("model").orElse(JsonValue.of("")) instanceof JsonObject model
        && model.find("labels").orElse(JsonValue.of(0)) instanceof JsonString name) {
      JsonValue labels =
          JsonValue.array(lines(folder.resolve(name.value())).stream().map(JsonValue::of).toList());
      return put(root, "model", put(model, "labels", labels));
    }
    return tree;
  }

  private static JsonObject put(JsonObject object, String key, JsonValue value) {
    SortedMap<String, JsonValue> fields = new TreeMap<>(object.fields());
    fields.put(key, value);
    return JsonValue.object(fields);
  }

  /** The labels of a file: its lines that are not blank. */
  public static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          file + ": can't be read (expected: one label a line, UTF-8). Check model.labels.",
          e);
    }
  }
}
