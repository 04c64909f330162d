package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that name their tensors as other versions and other programs do. */
class OtherNamesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;

  private Path renamed(Path from, UnaryOperator<String> naming) throws IOException {
    Path to = Files.createDirectories(folder.resolve("renamed"));
    Files.copy(from.resolve("config.json"), to.resolve("config.json"));
    OtherNames.copy(from.resolve(BaseModel.WEIGHTS), to.resolve(BaseModel.WEIGHTS), naming);
    return to;
  }

  private static String gamma(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  /** As transformers 5.23 has a Vision Transformer in memory. */
  private static String inMemory(String name) {
    return name.replace("vit.encoder.layer.", "vit.layers.")
        .replaceAll("attention\\.attention\\.([qkv])(uery|ey|alue)", "attention.$1_proj")
        .replace("attention.output.dense", "attention.o_proj")
        .replace("intermediate.dense", "mlp.fc1")
        .replace("output.dense", "mlp.fc2");
  }

  private static UnaryOperator<String> naming(String word) {
    return switch (word) {
      case "gamma" -> OtherNamesTest::gamma;
      case "memory" -> OtherNamesTest::inMemory;
      case "head" ->
          name ->
              name.endsWith("wte.weight") || name.endsWith("embed_tokens.weight")
                  ? "lm_head.weight"
                  : name;
      default -> UnaryOperator.identity();
    };
  }

  private static String bare(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  @ParameterizedTest
  @CsvSource({
    "bert-seqcls, gamma, ''",
    "bert-seqcls, gamma, bert.",
    "bert-tokencls, none, bert.",
    "roberta-seqcls, gamma, roberta.",
    "distilbert-seqcls, gamma, distilbert.",
    "gpt2-lm, head, ''",
    "gpt2-lm, none, transformer.",
    "llama-tied, head, model.",
    "resnet-bottleneck, none, resnet.",
    "vit-imgcls, memory, ''",
    "vit-imgcls, memory, vit.",
  })
  void read_otherNames_sameValues(String golden, String word, String prefix) throws IOException {
    Path own = GOLDEN.resolve(golden);
    UnaryOperator<String> naming = naming(word);
    Path other =
        renamed(
            own, name -> prefix.isEmpty() ? naming.apply(name) : bare(prefix, naming.apply(name)));
    BaseModel base = BaseModel.open(own);
    OwnHead trained = OwnHead.of(base);
    var head = new Head(trained.task(), trained.labels().size(), trained.multiLabel());
    try (ModelValues wanted = ModelValues.ofBase(base, head);
        ModelValues found = ModelValues.ofBase(BaseModel.open(other), head)) {
      for (ParameterSpec parameter : wanted.architecture().parameters()) {
        assertEquals(all(wanted, parameter), all(found, parameter), parameter.name());
      }
    }
  }

  private static ByteBuffer all(ModelValues values, ParameterSpec parameter) throws IOException {
    long each = parameter.tensor().dtype().bytes();
    ByteBuffer into =
        ByteBuffer.allocate((int) (parameter.elements() * each)).order(ByteOrder.LITTLE_ENDIAN);
    values.read(parameter.name(), 0, into);
    return into.flip();
  }

  /** The token table is tied, but the file has a head, too. */
  @ParameterizedTest
  @CsvSource({"gpt2-lm, transformer.wte.weight", "llama-tied, model.embed_tokens.weight"})
  void open_tiedHeadWithOtherValues_refusedUnlessItIsTheSame(String golden, String table)
      throws IOException {
    Path to = Files.createDirectories(folder.resolve("twice"));
    Path from = GOLDEN.resolve(golden);
    String config = Files.readString(from.resolve("config.json"));
    Files.writeString(to.resolve("config.json"), config);
    OtherNames.copyTwice(from.resolve(BaseModel.WEIGHTS), to.resolve(BaseModel.WEIGHTS), table, 0);
    assertEquals(Task.CAUSAL_LANGUAGE_MODELLING, OwnHead.of(BaseModel.open(to)).task());
    OtherNames.copyTwice(
        from.resolve(BaseModel.WEIGHTS), to.resolve(BaseModel.WEIGHTS), table, 0.5f);
    var e = assertThrows(FederationException.class, () -> BaseModel.open(to));
    assertEquals(ErrorKind.INVALID_DATA, e.kind());
    assertTrue(e.sentence().contains("other values than " + table), e.sentence());
    assertTrue(e.sentence().contains("tie_word_embeddings"), e.sentence());
    String classifier = config.replaceAll("LMHeadModel|ForCausalLM", "ForSequenceClassification");
    Files.writeString(to.resolve("config.json"), classifier);
    BaseModel.open(to);
    Files.writeString(
        to.resolve("config.json"),
        config.replaceAll("\"tie_word_embeddings\": *true", "\"tie_word_embeddings\":false"));
    BaseModel.open(to);
  }
}
