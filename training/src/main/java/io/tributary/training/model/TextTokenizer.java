package io.tributary.training.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A base model's tokenizer, from its {@code tokenizer.json} alone: special tokens added, cut at a
 * length, not padded. Safe for several threads.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final int MOST_AT_ONCE = 256;

  /** The pre-tokenizer of GPT-2 and RoBERTa. */
  private static final Pattern BYTE_LEVEL =
      Pattern.compile("\"pre_tokenizer\"\\s*:\\s*\\{[^{}]*\"type\"\\s*:\\s*\"ByteLevel\"");

  private final HuggingFaceTokenizer tokenizer;

  /** Whether a word is known by the space before it, so that split words need one put back. */
  private final boolean spaced;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, boolean spaced) {
    this.tokenizer = tokenizer;
    this.spaced = spaced;
  }

  /**
   * Loads a folder's tokenizer.
   *
   * @param maxTokens longest encoding, special tokens included
   */
  public static TextTokenizer open(Path folder, int maxTokens) {
    return open(folder, HuggingFaceTokenizer.builder().optTruncation(true).optMaxLength(maxTokens));
  }

  /** Loads a folder's tokenizer, which then cuts nothing. */
  public static TextTokenizer openUncut(Path folder) {
    return open(folder, HuggingFaceTokenizer.builder().optTruncation(false));
  }

  private static TextTokenizer open(Path folder, HuggingFaceTokenizer.Builder builder) {
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
          builder.optTokenizerPath(file).optAddSpecialTokens(true).optPadding(false).build(),
          BYTE_LEVEL.matcher(Files.readString(file)).find());
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

  /**
   * Tokens, each with a number.
   *
   * @param marks of each token: 0 or 1 for the first and second text of a pair; or its word's
   *     position in a sentence, -1 for special tokens
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Marked(int[] ids, int[] marks) {}

  /** Two texts that are judged together; the longer one is cut first. */
  Marked encode(String first, String second) {
    Encoding encoding = tokenizer.encode(first, second);
    return new Marked(ids(encoding), ints(encoding.getTypeIds()));
  }

  /** The words of a sentence, as they are split already. */
  Marked encodeWords(List<String> words) {
    String[] split = words.stream().map(word -> spaced ? " " + word : word).toArray(String[]::new);
    Encoding encoding = tokenizer.encode(split);
    return new Marked(ids(encoding), ints(encoding.getWordIds()));
  }

  private static int[] ids(Encoding encoding) {
    return ints(encoding.getIds());
  }

  private static int[] ints(long[] numbers) {
    return Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * A text's tokens and where each stands, in UTF-16 units of the text; tokens that stand for
   * nothing in it start and end at 0. The arrays must not be changed.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Placed(int[] ids, int[] starts, int[] ends) {}

  /**
   * The tokens of one text with their places.
   *
   * @param special whether the tokenizer adds its special tokens
   */
  public Placed place(String text, boolean special) {
    Encoding encoding = tokenizer.encode(text, special, false);
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    boolean plain = text.codePointCount(0, text.length()) == text.length();
    for (int i = 0; i < spans.length; i++) {
      if (spans[i] != null) {
        int start = spans[i].getStart();
        int end = spans[i].getEnd();
        starts[i] = plain ? start : text.offsetByCodePoints(0, start);
        ends[i] = plain ? end : text.offsetByCodePoints(0, end);
      }
    }
    return new Placed(ids(encoding), starts, ends);
  }

  /** The id of a special token; empty where the tokenizer has none of this name. */
  public OptionalInt find(String token) {
    long[] ids = tokenizer.encode(token, false, false).getIds();
    return ids.length == 1 ? OptionalInt.of(Math.toIntExact(ids[0])) : OptionalInt.empty();
  }

  /** The text of tokens, without special ones. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
