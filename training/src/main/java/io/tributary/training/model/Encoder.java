package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.TabularExample;
import io.tributary.training.data.TextExample;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns examples into what a model takes: texts into tokens, rows as they are. */
public final class Encoder implements AutoCloseable {
  private static final int[][] NO_TYPES = {};

  /** What examples can be encoded for; families may be able to do more. */
  private static final Set<Task> TASKS =
      Set.of(Task.TEXT_CLASSIFICATION, Task.CAUSAL_LANGUAGE_MODELLING, Task.TABULAR_CLASSIFICATION);

  private final @Nullable TextTokenizer tokenizer;
  private final BaseModel base;

  /** Only for language models. */
  private final @Nullable LanguageTexts language;

  private Encoder(
      BaseModel base, @Nullable TextTokenizer tokenizer, @Nullable LanguageTexts language) {
    this.base = base;
    this.tokenizer = tokenizer;
    this.language = language;
  }

  /** The encoder of a base model; texts are cut at the plan's length or the model's, if less. */
  public static Encoder open(BaseModel base, Plan plan) {
    int longest = base.longestText();
    if (longest == 0) {
      return new Encoder(base, null, null);
    }
    int most = Math.min(longest, plan.model().maxTokens());
    if (plan.model().task().output() == Task.Output.NEXT_TOKEN) {
      TextTokenizer uncut = TextTokenizer.openUncut(base.folder());
      return new Encoder(
          base, uncut, LanguageTexts.open(base, uncut, most, plan.model().packing()));
    }
    return new Encoder(base, TextTokenizer.open(base.folder(), most), null);
  }

  /** Refuses a plan whose examples can't be encoded. */
  static void check(ModelPlan plan) {
    if (!TASKS.contains(plan.task())) {
      String words = String.join(", ", TASKS.stream().map(Task::token).sorted().toList());
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.model.task",
          plan.task().token(),
          "a task that this version has data for: " + words,
          "Choose one.");
    }
    if (plan.multiLabel()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "plan.model.multi-label",
          "true",
          "false: this version reads one label an example",
          "Leave it out.");
    }
  }

  public Inputs encode(ExamplePart part) {
    if (language != null) {
      return language.encode(part);
    }
    if (!part.isEmpty() && part.rows().isEmpty() == (tokenizer == null)) {
      throw LiveModel.wrongInputs("a model of the family " + base.family());
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
