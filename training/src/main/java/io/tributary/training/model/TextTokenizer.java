package io.tributary.training.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A base model's tokenizer, from its {@code tokenizer.json} alone: special tokens added, cut at a
 * length, not padded. Safe for several threads.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final int MOST_AT_ONCE = 256;

  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Loads a folder's tokenizer.
   *
   * @param maxTokens longest encoding, special tokens included
   */
  public static TextTokenizer open(Path folder, int maxTokens) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw FederationException.of(
          ErrorKind.NOT_FOUND,
          file.toString(),
          "missing",
          "the tokenizer of the base model",
          "Export the base model with its fast tokenizer.");
    }
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optAddSpecialTokens(true)
              .optTruncation(true)
              .optPadding(false)
              .optMaxLength(maxTokens)
              .build());
    } catch (IOException | RuntimeException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          file + ": " + e.getMessage() + " (expected: a tokenizer of Hugging Face). Restore it.",
          e);
    }
  }

  /** The ids of one text. */
  public int[] encode(String text) {
    return ids(tokenizer.encode(text));
  }

  /** The ids of each text, in their order. */
  public int[][] encode(List<String> texts) {
    int[][] all = new int[texts.size()][];
    for (int start = 0; start < all.length; start += MOST_AT_ONCE) {
      int end = Math.min(all.length, start + MOST_AT_ONCE);
      Encoding[] encodings = tokenizer.batchEncode(texts.subList(start, end));
      for (int i = start; i < end; i++) {
        all[i] = ids(encodings[i - start]);
      }
    }
    return all;
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
