package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a checkpoint as a Hugging Face folder that {@code transformers} loads with equal logits:
 * weights in one file or in shards, {@code config.json} with the labels, the files of the tokenizer
 * and of the preprocessing of images, a model card.
 */
public final class HuggingFaceExport {
  private static final List<String> KEPT_FILES =
      List.of(
          "preprocessor_config.json",
          TorchscriptFile.NAME,
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "generation_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt");

  private HuggingFaceExport() {}

  /**
   * Writes the folder, which may exist and be empty; adapters are put into the weights.
   *
   * @param trained canonical safetensors of the checkpoint's trained tensors
   * @param statistics those of its statistics, where the model has any
   * @return digest and size of the weights, which are not the checkpoint's digest
   */
  public static WrittenTensors write(
      BaseModel base,
      Plan plan,
      Path trained,
      Optional<Path> statistics,
      Path folder,
      ExportForm form)
      throws IOException {
    return write(base, plan, trained, statistics, Optional.empty(), folder, form);
  }

  /**
   * The same of a node's own model.
   *
   * @param personal the part that is the node's own, where only a part is
   */
  public static WrittenTensors write(
      BaseModel base,
      Plan plan,
      Path trained,
      Optional<Path> statistics,
      Optional<Path> personal,
      Path folder,
      ExportForm form)
      throws IOException {
    try (ModelValues values = ModelValues.open(base, plan, trained, statistics, personal)) {
      WrittenTensors written = model(base, values, folder, form);
      ModelCard.write(folder, ModelCard.of(base, plan, written, form));
      return written;
    }
  }

  /** Weights, configuration and tokenizer. */
  static WrittenTensors model(BaseModel base, ModelValues values, Path folder, ExportForm form)
      throws IOException {
    Files.createDirectories(folder);
    Architecture architecture = values.architecture();
    Architecture plain =
        architecture instanceof AdaptedArchitecture adapted ? adapted.model() : architecture;
    WrittenTensors written =
        new WeightFiles(new MergedValues(values), form).writeModel(plain.parameters(), folder);
    JsonObject config = config(plain, base.config(), values.labels(), form);
    Files.writeString(folder.resolve("config.json"), config.canonical() + "\n", UTF_8);
    copyKept(base, folder);
    return written;
  }

  /** The same for a model without statistics, or with those of the base. */
  public static WrittenTensors write(
      BaseModel base, Plan plan, Path trained, Path folder, ExportForm form) throws IOException {
    return write(base, plan, trained, Optional.empty(), folder, form);
  }

  /** The files of tokenizer and preprocessing, as the base model has them. */
  static void copyKept(BaseModel base, Path folder) throws IOException {
    for (String name : KEPT_FILES) {
      Path file = base.folder().resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static JsonObject config(
      Architecture architecture, JsonObject base, List<String> labels, ExportForm form) {
    Map<String, JsonValue> names = new TreeMap<>();
    Map<String, JsonValue> numbers = new TreeMap<>();
    for (int i = 0; i < labels.size(); i++) {
      names.put(String.valueOf(i), JsonValue.of(labels.get(i)));
      numbers.put(labels.get(i), JsonValue.of(i));
    }
    Map<String, JsonValue> config = architecture.exportedConfig(base);
    if (!labels.isEmpty()) {
      config.put("id2label", JsonValue.object(names));
      config.put("label2id", JsonValue.object(numbers));
    }
    if (!config.containsKey("architectures") && !labels.isEmpty()) {
      Head head = architecture.head();
      String problem = head.task().perToken() ? OwnHead.TOKENS : ExportedConfig.problem(head);
      config.put("problem_type", JsonValue.of(problem));
    }
    config.remove("num_labels");
    config.computeIfPresent("dtype", (key, value) -> JsonValue.of(form.word()));
    return JsonValue.object(config);
  }
}
