package io.tributary.training.model;

import io.tributary.federation.plan.Packing;
import io.tributary.training.data.Turn;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Turns what a language model is to continue into tokens, and its tokens into texts. */
public final class Prompts implements AutoCloseable {
  private final LanguageTexts texts;
  private final Set<Integer> ends = new TreeSet<>();

  private Prompts(LanguageTexts texts, List<Integer> configured) {
    this.texts = texts;
    ends.addAll(configured);
    OptionalInt own = texts.end();
    if (own.isPresent()) {
      ends.add(own.getAsInt());
    }
  }

  public static Prompts open(BaseModel base) {
    return new Prompts(
        LanguageTexts.open(base, base.longestText(), Packing.NONE), base.endTokens());
  }

  /** The beginning of a text, with the special tokens that the tokenizer puts before texts. */
  public int[] beginning(String text) {
    return texts.beginning(text);
  }

  /** A dialogue, by the model's chat template, up to where the assistant is to speak. */
  public int[] question(List<Turn> turns) {
    return texts.question(turns);
  }

  /** The text of tokens, special ones left out. */
  public String text(int[] ids) {
    return texts.text(ids);
  }

  /** The tokens at which a text ends: of {@code config.json} and of the tokenizer. */
  public Set<Integer> ends() {
    return Set.copyOf(ends);
  }

  @Override
  public void close() {
    texts.close();
  }
}
