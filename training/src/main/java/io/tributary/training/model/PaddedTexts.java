package io.tributary.training.model;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The texts of a batch side by side, short ones filled up at their end.
 *
 * @param rows how many texts
 * @param length tokens of the longest
 * @param ids rows of the token table, text by text
 * @param padded whether any text is shorter, or has tokens that are not seen
 */
public record PaddedTexts(int rows, int length, Tensor ids, boolean padded) {
  /** What transformers adds to the scores of padding: the least float32. */
  private static final float HIDDEN = -Float.MAX_VALUE;

  public static PaddedTexts of(
      TorchScope scope, LiveParameters parameters, TokenInputs texts, int[] examples, int pad) {
    int length = Arrays.stream(examples).map(texts::length).max().orElse(1);
    boolean padded =
        texts.masked() || Arrays.stream(examples).anyMatch(e -> texts.length(e) < length);
    Tensor ids = scope.longs((long) examples.length * length);
    LongBuffer into = ids.longs();
    for (int example : examples) {
      int[] own = texts.ids(example);
      for (int i = 0; i < length; i++) {
        into.put(parameters.row(i < own.length ? own[i] : pad));
      }
    }
    return new PaddedTexts(examples.length, length, ids, padded);
  }

  /** How many tokens there are, padding included. */
  public int tokens() {
    return rows * length;
  }

  /** What is added to attention scores, (texts, length): 0 for tokens, the least float32 beyond. */
  public Tensor hidden(TorchScope scope, TokenInputs texts, int[] examples) {
    return hidden(scope, texts, examples, length);
  }

  static Tensor hidden(TorchScope scope, TokenInputs texts, int[] examples, int length) {
    Tensor hidden = scope.floats(examples.length, length);
    FloatBuffer into = hidden.floats();
    for (int example : examples) {
      int own = texts.length(example);
      for (int i = 0; i < length; i++) {
        into.put(i < own && texts.seen(example, i) ? 0 : HIDDEN);
      }
    }
    return hidden;
  }

  /**
   * The row of each text's right-most token that is not the padding token, as transformers'
   * sequence classifiers look for it; the first token where all are padding.
   *
   * @param padding the padding token, negative where there is none
   */
  public Tensor lastSeen(TorchScope scope, TokenInputs texts, int[] examples, int padding) {
    Tensor last = scope.longs(examples.length);
    LongBuffer into = last.longs();
    for (int i = 0; i < examples.length; i++) {
      int[] ids = texts.ids(examples[i]);
      int at = ids.length - 1;
      while (at > 0 && ids[at] == padding) {
        at--;
      }
      into.put((long) i * length + Math.max(at, 0));
    }
    return last;
  }

  /** The texts of inputs; inputs of another kind are refused. */
  public static TokenInputs texts(Inputs inputs, Architecture architecture) {
    if (inputs instanceof TokenInputs texts) {
      return texts;
    }
    throw LiveModel.wrongInputs("a model of the family " + architecture.family());
  }
}
