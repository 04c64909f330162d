package io.tributary.training.model;

import io.tributary.federation.plan.Task;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Input;
import io.tributary.training.data.Target;
import java.util.Arrays;
import java.util.List;

/** Turns texts, pairs of texts and sentences of words into tokens. Closes the tokenizer. */
final class TextEncoding implements PartEncoding {
  private static final int[][] NONE = {};

  private final TextTokenizer tokenizer;
  private final Head head;
  private final String family;

  TextEncoding(TextTokenizer tokenizer, Head head, String family) {
    this.tokenizer = tokenizer;
    this.head = head;
    this.family = family;
  }

  @Override
  public Inputs encode(ExamplePart part) {
    if (head.task() == Task.TOKEN_CLASSIFICATION) {
      return sentences(part.examples());
    }
    Targets targets = EncodedTargets.of(part, head);
    if (!part.isEmpty() && part.get(0).input() instanceof Input.Pair) {
      return pairs(part.examples(), targets);
    }
    List<String> texts = part.examples().stream().map(this::text).toList();
    return new TokenInputs(tokenizer.encode(texts), NONE, targets);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private String text(Example example) {
    if (example.input() instanceof Input.Text text) {
      return text.text();
    }
    throw wrong();
  }

  private TokenInputs pairs(List<Example> examples, Targets targets) {
    int[][] ids = new int[examples.size()][];
    int[][] types = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      if (!(examples.get(i).input() instanceof Input.Pair pair)) {
        throw wrong();
      }
      TextTokenizer.Marked encoded = tokenizer.encode(pair.first(), pair.second());
      ids[i] = encoded.ids();
      types[i] = encoded.marks();
    }
    return new TokenInputs(ids, types, targets);
  }

  /**
   * A word's tag stands at its first token; its other tokens and special ones are not asked for, as
   * transformers does it. Words beyond the longest text are cut off with their tags.
   */
  private TokenInputs sentences(List<Example> examples) {
    int[][] ids = new int[examples.size()][];
    int[][] labels = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      if (!(examples.get(i).input() instanceof Input.Words words)
          || !(examples.get(i).target() instanceof Target.Tags tags)) {
        throw wrong();
      }
      TextTokenizer.Marked encoded = tokenizer.encodeWords(words.words());
      ids[i] = encoded.ids();
      labels[i] = firsts(encoded.marks(), tags.positions());
    }
    return new TokenInputs(ids, NONE, new Targets.TokenLabels(labels));
  }

  private static int[] firsts(int[] words, List<Integer> tags) {
    int[] labels = new int[words.length];
    Arrays.fill(labels, Targets.IGNORED);
    int last = -1;
    for (int i = 0; i < words.length; i++) {
      if (words[i] > last) {
        labels[i] = tags.get(words[i]);
        last = words[i];
      }
    }
    return labels;
  }

  private RuntimeException wrong() {
    return LiveModel.wrongInputs(
        "a model of the family " + family + " for the task " + head.task().token());
  }
}
