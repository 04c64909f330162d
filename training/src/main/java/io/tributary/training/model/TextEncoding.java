package io.tributary.training.model;

import io.tributary.federation.plan.Task;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Input;
import io.tributary.training.data.Target;
import io.tributary.training.model.TextTokenizer.Marked;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Turns texts, pairs of texts and sentences of words into tokens. Closes the tokenizer. */
final class TextEncoding implements PartEncoding {
  private static final int[][] NONE = {};
  private static final int[] UNMARKED = {};

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
      return sentences(part);
    }
    Targets targets = EncodedTargets.of(part, head);
    boolean pairs = !part.isEmpty() && part.get(0).input() instanceof Input.Pair;
    if (part.inFile()) {
      Function<Example, Marked> one = pairs ? this::pair : e -> new Marked(text(e), UNMARKED);
      return new TokenInputs(new FileTokens(part.examples(), pairs, one), targets);
    }
    if (pairs) {
      List<Marked> all = part.examples().stream().map(this::pair).toList();
      return new TokenInputs(ids(all), marks(all), targets);
    }
    List<String> texts = part.examples().stream().map(this::words).toList();
    return new TokenInputs(tokenizer.encode(texts), NONE, targets);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static int[][] ids(List<Marked> all) {
    return all.stream().map(Marked::ids).toArray(int[][]::new);
  }

  private static int[][] marks(List<Marked> all) {
    return all.stream().map(Marked::marks).toArray(int[][]::new);
  }

  private String words(Example example) {
    if (example.input() instanceof Input.Text text) {
      return text.text();
    }
    throw wrong();
  }

  private int[] text(Example example) {
    return tokenizer.encode(words(example));
  }

  private Marked pair(Example example) {
    if (example.input() instanceof Input.Pair pair) {
      return tokenizer.encode(pair.first(), pair.second());
    }
    throw wrong();
  }

  private TokenInputs sentences(ExamplePart part) {
    if (part.inFile()) {
      var tokens = new FileTokens(part.examples(), false, this::sentence);
      return new TokenInputs(tokens, new Targets.TokenLabels(tokens::labels, part.size()));
    }
    List<Marked> all = part.examples().stream().map(this::sentence).toList();
    return new TokenInputs(ids(all), NONE, new Targets.TokenLabels(marks(all)));
  }

  /**
   * A word's tag stands at its first token; its other tokens and special ones are not asked for, as
   * transformers does it. Words beyond the longest text are cut off with their tags.
   */
  private Marked sentence(Example example) {
    if (example.input() instanceof Input.Words words
        && example.target() instanceof Target.Tags tags) {
      Marked encoded = tokenizer.encodeWords(words.words());
      return new Marked(encoded.ids(), firsts(encoded.marks(), tags.positions()));
    }
    throw wrong();
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
