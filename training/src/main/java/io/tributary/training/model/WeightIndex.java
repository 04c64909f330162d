package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which files of a model's folder hold its weights: {@code model.safetensors}, or the shards that
 * {@code model.safetensors.index.json} names.
 *
 * @param shards file of each tensor that an index names; empty without an index
 */
record WeightIndex(Path folder, Map<String, String> shards) {
  WeightIndex {
    shards = Map.copyOf(shards);
  }

  static WeightIndex of(Path folder) {
    Path index = folder.resolve(BaseModel.INDEX);
    if (Files.exists(folder.resolve(BaseModel.WEIGHTS)) || !Files.exists(index)) {
      return new WeightIndex(folder, Map.of());
    }
    if (!(BaseModel.json(index).find("weight_map").orElse(null) instanceof JsonObject map)
        || map.fields().isEmpty()) {
      throw refusal(index, "weight_map", "missing or empty", "a file for each tensor");
    }
    Map<String, String> shards = new TreeMap<>();
    for (Map.Entry<String, JsonValue> entry : map.fields().entrySet()) {
      shards.put(entry.getKey(), file(index, entry.getValue()));
    }
    return new WeightIndex(folder, shards);
  }

  private static String file(Path index, JsonValue value) {
    if (value instanceof JsonString name
        && !name.value().isBlank()
        && !name.value().startsWith(".")
        && name.value()
            .chars()
            .allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '\\' && c != ':')) {
      return name.value();
    }
    throw refusal(index, "weight_map", value.canonical(), "names of files in the folder");
  }

  List<Path> files() {
    return shards.isEmpty()
        ? List.of(folder.resolve(BaseModel.WEIGHTS))
        : new TreeSet<>(shards.values()).stream().map(folder::resolve).toList();
  }

  /** Refuses an index that names a tensor which is not in its file. */
  void check(StoredTensors stored) {
    shards.forEach(
        (tensor, file) -> {
          Path found = stored.file(tensor).map(Path::getFileName).orElse(Path.of("no file"));
          if (!found.toString().equals(file)) {
            throw refusal(
                folder.resolve(BaseModel.INDEX),
                "\"" + tensor + "\"",
                "in " + found,
                "in " + file + ", as the index says");
          }
        });
  }

  private static FederationException refusal(Path index, String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT, index + ": " + what, found, rule, "Fetch or export the model again.");
  }
}
