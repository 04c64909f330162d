package io.tributary.training.model;

import io.tributary.federation.plan.Plan;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.TabularExample;
import io.tributary.training.data.TextExample;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns examples into what a model takes: texts into tokens, rows as they are. */
public final class Encoder implements AutoCloseable {
  private static final int[][] NO_TYPES = {};

  private final @Nullable TextTokenizer tokenizer;
  private final BaseModel base;

  private Encoder(BaseModel base, @Nullable TextTokenizer tokenizer) {
    this.base = base;
    this.tokenizer = tokenizer;
  }

  /** The encoder of a base model; texts are cut at the plan's length or the model's, if less. */
  public static Encoder open(BaseModel base, Plan plan) {
    int longest = base.longestText();
    return new Encoder(
        base,
        longest == 0
            ? null
            : TextTokenizer.open(base.folder(), Math.min(longest, plan.model().maxTokens())));
  }

  public Inputs encode(ExamplePart part) {
    if (!part.isEmpty() && part.rows().isEmpty() == (tokenizer == null)) {
      throw Classifier.wrongInputs(base.family());
    }
    if (tokenizer == null) {
      return new RowInputs(
          part.rows().stream().map(TabularExample::features).toArray(float[][]::new),
          part.rows().stream().mapToInt(TabularExample::label).toArray());
    }
    return new TokenInputs(
        tokenizer.encode(part.texts().stream().map(TextExample::text).toList()),
        NO_TYPES,
        part.texts().stream().mapToInt(TextExample::label).toArray());
  }

  /** The rows of the token table that these inputs need. */
  public TokenRows rows(List<Inputs> all) {
    if (tokenizer == null) {
      return TokenRows.none();
    }
    IntStream tokens =
        all.stream()
            .flatMapToInt(
                inputs -> inputs instanceof TokenInputs texts ? texts.tokens() : IntStream.empty());
    return TokenRows.of(IntStream.concat(IntStream.of(base.pad()), tokens));
  }

  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
