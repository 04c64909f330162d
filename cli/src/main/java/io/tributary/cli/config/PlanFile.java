package io.tributary.cli.config;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan as a person wrote it, and the folder of its base model. Where the plan names a file as its
 * {@code model.labels}, the labels are that file's lines.
 *
 * @param plan with the base still as a folder's name
 */
public record PlanFile(Plan plan, Path base) {
  public static PlanFile read(Path file, Overrides overrides) {
    ConfigFile read = ConfigFile.read(file, overrides);
    Plan plan =
        read.map(tree -> withLabels(tree, read.folder()))
            .as((settings, folder) -> Plan.read(settings));
    Path base = read.folder().resolve(plan.model().base()).normalize();
    if (!Files.isDirectory(base)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          file.getFileName() + ": model.base",
          plan.model().base(),
          "a folder with config.json and weights, beside the plan",
          "Make one with `tributary model import`.");
    }
    return new PlanFile(plan, base);
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
