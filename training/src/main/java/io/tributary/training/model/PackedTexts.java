package io.tributary.training.model;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The texts of a batch one after the other, without padding: what is computed token by token costs
 * only what the texts have. Attention alone needs them side by side, padded to the longest; {@code
 * places} says where each token stands there.
 *
 * @param starts row of each text's first token
 * @param length tokens of the longest
 * @param tokens of all texts together
 * @param ids rows of the token table, (tokens)
 * @param firsts the starts as a tensor, (texts)
 * @param places row of each token in the padded batch, (tokens); empty where all texts are equally
 *     long
 * @param hidden what is added to attention scores, (texts, length): 0 for tokens that are seen, the
 *     least float32 for others; empty where all are seen
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PackedTexts(
    int[] starts,
    int length,
    int tokens,
    Tensor ids,
    Tensor firsts,
    List<Tensor> places,
    List<Tensor> hidden) {
  public PackedTexts {
    places = List.copyOf(places);
    hidden = List.copyOf(hidden);
  }

  /**
   * Packs texts.
   *
   * @param examples positions in the texts
   */
  public static PackedTexts of(
      TorchScope scope, LiveParameters parameters, TokenInputs texts, int[] examples) {
    int length = Arrays.stream(examples).map(texts::length).max().orElse(1);
    int[] starts = new int[examples.length];
    int tokens = 0;
    for (int i = 0; i < examples.length; i++) {
      starts[i] = tokens;
      tokens += texts.length(examples[i]);
    }
    Tensor ids = scope.longs(tokens);
    LongBuffer into = ids.longs();
    for (int example : examples) {
      for (int token : texts.ids(example)) {
        into.put(parameters.row(token));
      }
    }
    boolean even = tokens == examples.length * length;
    return new PackedTexts(
        starts,
        length,
        tokens,
        ids,
        firsts(scope, starts),
        even ? List.of() : List.of(places(scope, texts, examples, length, tokens)),
        even && !texts.masked()
            ? List.of()
            : List.of(PaddedTexts.hidden(scope, texts, examples, length)));
  }

  private static Tensor firsts(TorchScope scope, int[] starts) {
    Tensor firsts = scope.longs(starts.length);
    LongBuffer into = firsts.longs();
    for (int start : starts) {
      into.put(start);
    }
    return firsts;
  }

  private static Tensor places(
      TorchScope scope, TokenInputs texts, int[] examples, int length, int tokens) {
    Tensor places = scope.longs(tokens);
    LongBuffer into = places.longs();
    for (int i = 0; i < examples.length; i++) {
      for (int token = 0; token < texts.length(examples[i]); token++) {
        into.put((long) i * length + token);
      }
    }
    return places;
  }

  /** How many texts there are. */
  public int texts() {
    return starts.length;
  }

  /** Rows of the padded batch. */
  public int padded() {
    return starts.length * length;
  }
}
