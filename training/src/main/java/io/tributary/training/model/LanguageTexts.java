package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Packing;
import io.tributary.training.chat.ChatTemplate;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Input;
import io.tributary.training.data.Turn;
import io.tributary.training.model.TextTokenizer.Marked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Turns texts and dialogues into tokens of a language model.
 *
 * <p>A text gets the special tokens that the tokenizer adds, and the token that ends a text behind
 * it; every token of it is learned. A dialogue is written by the model's {@link ChatTemplate}; of
 * it only what the assistant says is learned, with the mark that ends a turn.
 */
final class LanguageTexts implements PartEncoding {
  private static final int[][] NO_TYPES = {};

  private final TextTokenizer tokenizer;
  private final ChatTemplate template;
  private final OptionalInt end;
  private final int longest;
  private final int pad;
  private final Packing packing;

  private LanguageTexts(
      BaseModel base,
      TextTokenizer tokenizer,
      int longest,
      Packing packing,
      ChatTemplate template) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.longest = longest;
    this.packing = packing;
    pad = base.pad();
    end = base.endToken(template, tokenizer);
  }

  /**
   * The texts of a base model, with its tokenizer.
   *
   * @param longest most tokens of an example
   */
  static LanguageTexts open(BaseModel base, int longest, Packing packing) {
    TextTokenizer tokenizer = TextTokenizer.openUncut(base.folder());
    try {
      return new LanguageTexts(base, tokenizer, longest, packing, ChatTemplate.open(base.folder()));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public TokenInputs encode(ExamplePart part) {
    if (packing != Packing.BLOCKS && part.inFile()) {
      boolean[] learns = new boolean[1];
      var tokens = new FileTokens(part.examples(), false, one -> cut(one, learns));
      checkLearns(learns[0]);
      return new TokenInputs(tokens, new Targets.TokenLabels(tokens::labels, part.size()));
    }
    List<Marked> all = packing == Packing.BLOCKS ? blocks(part) : each(part);
    int[][] labels = all.stream().map(Marked::marks).toArray(int[][]::new);
    return new TokenInputs(
        all.stream().map(Marked::ids).toArray(int[][]::new),
        NO_TYPES,
        new Targets.TokenLabels(labels));
  }

  private List<Marked> each(ExamplePart part) {
    boolean[] learns = {part.isEmpty()};
    List<Marked> all = part.examples().stream().map(one -> cut(one, learns)).toList();
    checkLearns(learns[0]);
    return all;
  }

  /** Tokens and, for each, what the token before it should foretell. */
  private Marked cut(Example example, boolean[] learns) {
    Marked whole =
        example.input() instanceof Input.Dialogue dialogue
            ? dialogue(dialogue.turns())
            : text(example);
    Marked cut = cut(whole, 0, Math.min(longest, whole.ids().length));
    learns[0] |= Arrays.stream(cut.marks()).skip(1).anyMatch(label -> label >= 0);
    return cut;
  }

  private static Marked cut(Marked whole, int from, int to) {
    return new Marked(
        Arrays.copyOfRange(whole.ids(), from, to), Arrays.copyOfRange(whole.marks(), from, to));
  }

  private void checkLearns(boolean learns) {
    if (!learns) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "examples",
          "none has a token to learn within " + longest + " tokens",
          "one or more",
          "Raise plan.model.max-tokens.");
    }
  }

  private Marked text(Example example) {
    if (!(example.input() instanceof Input.Text text)) {
      throw LiveModel.wrongInputs("the task causal-language-modelling");
    }
    int[] ids = tokenizer.encode(text.text());
    if (end.isPresent() && (ids.length == 0 || ids[ids.length - 1] != end.getAsInt())) {
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = end.getAsInt();
    }
    if (ids.length == 0) {
      return new Marked(new int[] {pad}, new int[] {Targets.IGNORED});
    }
    return new Marked(ids, ids);
  }

  private Marked dialogue(List<Turn> turns) {
    ChatTemplate.Rendered rendered = template.dialogue(turns);
    TextTokenizer.Placed placed = tokenizer.place(rendered.text(), !template.own());
    int[] labels = new int[placed.ids().length];
    Arrays.fill(labels, Targets.IGNORED);
    for (ChatTemplate.Span answer : rendered.answers()) {
      for (int i = 0; i < labels.length; i++) {
        int start = placed.starts()[i];
        int stop = placed.ends()[i];
        if (stop > start && start < answer.end() && stop > answer.start()) {
          labels[i] = placed.ids()[i];
        }
      }
    }
    return new Marked(placed.ids(), labels);
  }

  /** The beginning of a text, which is to be continued. */
  int[] beginning(String text) {
    int[] ids = tokenizer.encode(text);
    boolean ended = end.isPresent() && ids.length > 0 && ids[ids.length - 1] == end.getAsInt();
    return ended ? Arrays.copyOf(ids, ids.length - 1) : ids;
  }

  /** A dialogue up to where the assistant is to speak. */
  int[] question(List<Turn> turns) {
    return tokenizer.place(template.render(turns, true), !template.own()).ids();
  }

  /** The text of tokens. */
  String text(int[] ids) {
    return tokenizer.decode(ids);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** The token that ends a text. */
  OptionalInt end() {
    return end;
  }

  /** The last block may be shorter. */
  private List<Marked> blocks(ExamplePart part) {
    List<Marked> texts = part.examples().stream().map(this::text).toList();
    int total = texts.stream().mapToInt(text -> text.ids().length).sum();
    int[] ids = new int[total];
    int at = 0;
    for (Marked text : texts) {
      System.arraycopy(text.ids(), 0, ids, at, text.ids().length);
      at += text.ids().length;
    }
    var stream = new Marked(ids, ids);
    List<Marked> blocks = new ArrayList<>();
    for (int start = 0; start < total; start += longest) {
      blocks.add(cut(stream, start, Math.min(total, start + longest)));
    }
    return blocks;
  }
}
