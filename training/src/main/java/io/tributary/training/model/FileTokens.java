package io.tributary.training.model;

import io.tributary.training.data.Example;
import io.tributary.training.model.TextTokenizer.Marked;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Texts that stay in their file: of each the length is held, two bytes, and a batch's texts are
 * read and made tokens of when it needs them. Confined to one thread.
 */
final class FileTokens implements TokenInputs.Source {
  /** Examples of which tokens are remembered: a batch asks for each several times. */
  private static final int REMEMBERED = 1024;

  private static final int[] NONE = {};

  private final List<Example> examples;
  private final Function<Example, Marked> encoder;
  private final boolean typed;
  private final char[] lengths;
  private final BitSet occurring = new BitSet();
  private final Map<Integer, Marked> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Marked> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Goes through all examples once.
   *
   * @param typed whether the marks are types of tokens; else they are labels
   */
  FileTokens(List<Example> examples, boolean typed, Function<Example, Marked> encoder) {
    this.examples = examples;
    this.typed = typed;
    this.encoder = encoder;
    lengths = new char[examples.size()];
    int at = 0;
    for (Example example : examples) {
      int[] ids = encoder.apply(example).ids();
      lengths[at++] = (char) Math.min(ids.length, Character.MAX_VALUE);
      for (int id : ids) {
        occurring.set(id);
      }
    }
  }

  private Marked get(int example) {
    Marked known = recent.get(example);
    if (known == null) {
      known = encoder.apply(examples.get(example));
      recent.put(example, known);
    }
    return known;
  }

  @Override
  public int length(int example) {
    return lengths[example] < Character.MAX_VALUE ? lengths[example] : get(example).ids().length;
  }

  @Override
  public int[] ids(int example) {
    return get(example).ids();
  }

  @Override
  public int[] types(int example) {
    return typed ? get(example).marks() : NONE;
  }

  /** The label of each token, where marks are labels. */
  int[] labels(int example) {
    return get(example).marks();
  }

  @Override
  public IntStream tokens() {
    return occurring.stream();
  }
}
