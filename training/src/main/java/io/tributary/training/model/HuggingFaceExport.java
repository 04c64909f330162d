package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a checkpoint as a Hugging Face folder that {@code transformers} loads with equal logits:
 * all weights as float32, {@code config.json} with the labels, the files of the tokenizer and of
 * the preprocessing of images, a model card.
 */
public final class HuggingFaceExport {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final List<String> KEPT_FILES =
      List.of(
          "preprocessor_config.json",
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
   * Writes the folder, which may exist and be empty.
   *
   * @param trained canonical safetensors of the checkpoint's trained tensors
   * @param statistics those of its statistics, where the model has any
   * @return digest and size of the weights' file, which is not the checkpoint's digest
   */
  public static WrittenTensors write(
      BaseModel base, Plan plan, Path trained, Optional<Path> statistics, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    WrittenTensors written;
    try (ModelValues values = ModelValues.open(base, plan, trained, statistics)) {
      written = weights(values, folder.resolve("model.safetensors"));
      JsonObject config = config(values.architecture(), base.config(), plan.model().labels());
      Files.writeString(folder.resolve("config.json"), config.canonical() + "\n", UTF_8);
    }
    for (String name : KEPT_FILES) {
      Path file = base.folder().resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(folder.resolve("README.md"), ModelCard.of(base, plan, written), UTF_8);
    return written;
  }

  /** The same for a model without statistics, or with those of the base. */
  public static WrittenTensors write(BaseModel base, Plan plan, Path trained, Path folder)
      throws IOException {
    return write(base, plan, trained, Optional.empty(), folder);
  }

  private static WrittenTensors weights(ModelValues values, Path file) throws IOException {
    Layout layout =
        Layout.of(values.architecture().parameters().stream().map(ParameterSpec::tensor).toList());
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var sink = new DigestingSink(ByteSink.of(channel));
      sink.write(ByteBuffer.wrap(Safetensors.header(layout, Map.of("format", "pt"))));
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (TensorSpec tensor : layout.tensors()) {
        int each = tensor.dtype().bytes();
        for (long at = 0; at < tensor.elements(); at += BLOCK_BYTES / each) {
          block.clear();
          block.limit((int) Math.min(BLOCK_BYTES, (tensor.elements() - at) * each));
          values.read(tensor.name(), at, block);
          sink.write(block.flip());
        }
      }
      return sink.finish();
    }
  }

  private static JsonObject config(
      Architecture architecture, JsonObject base, List<String> labels) {
    Map<String, JsonValue> names = new TreeMap<>();
    Map<String, JsonValue> numbers = new TreeMap<>();
    for (int i = 0; i < labels.size(); i++) {
      names.put(String.valueOf(i), JsonValue.of(labels.get(i)));
      numbers.put(labels.get(i), JsonValue.of(i));
    }
    Map<String, JsonValue> config = architecture.exportedConfig(base);
    config.put("id2label", JsonValue.object(names));
    config.put("label2id", JsonValue.object(numbers));
    config.remove("num_labels");
    return JsonValue.object(config);
  }
}
