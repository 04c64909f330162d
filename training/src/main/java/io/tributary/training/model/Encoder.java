package io.tributary.training.model;

import io.tributary.federation.plan.AugmentationPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.ImageAugmentation;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns examples into what a model takes: texts into tokens, pictures into numbers, rows as they
 * are.
 */
public final class Encoder implements AutoCloseable {
  private final @Nullable TextTokenizer tokenizer;
  private final BaseModel base;

  private final Head head;

  /** Only for pictures. */
  private final @Nullable ImageEncoding images;

  /** Only for language models. */
  private final @Nullable LanguageTexts language;

  private Encoder(
      BaseModel base,
      Head head,
      @Nullable TextTokenizer tokenizer,
      @Nullable ImageEncoding images,
      @Nullable LanguageTexts language) {
    this.base = base;
    this.head = head;
    this.tokenizer = tokenizer;
    this.images = images;
    this.language = language;
  }

  /** The encoder of a base model; texts are cut at the plan's length or the model's, if less. */
  public static Encoder open(BaseModel base, Plan plan) {
    int longest = base.longestText();
    Head head = Head.of(plan.model());
    if (head.task().input() == Task.Input.IMAGE) {
      return new Encoder(base, head, null, ImageEncoding.open(base), null);
    }
    if (longest == 0) {
      return new Encoder(base, head, null, null, null);
    }
    int most = Math.min(longest, plan.model().maxTokens());
    if (head.task().output() == Task.Output.NEXT_TOKEN) {
      TextTokenizer uncut = TextTokenizer.openUncut(base.folder());
      var language = LanguageTexts.open(base, uncut, most, plan.model().packing());
      return new Encoder(base, head, uncut, null, language);
    }
    return new Encoder(base, head, TextTokenizer.open(base.folder(), most), null, null);
  }

  /**
   * Examples to train on: as {@link #encode}, but pictures are changed each time as the plan says.
   *
   * @param random of the purpose {@link ImageAugmentation#PURPOSE}
   */
  public Inputs encodeForTraining(ExamplePart part, AugmentationPlan plan, RandomGenerator random) {
    if (images == null || plan.equals(AugmentationPlan.NONE)) {
      return encode(part);
    }
    var augmentation =
        new ImageAugmentation(
            plan.padding(), plan.mirror(), plan.brightness(), plan.contrast(), plan.saturation());
    return images.encode(part, head, augmentation, random);
  }

  public Inputs encode(ExamplePart part) {
    if (images != null) {
      return images.encode(part, head);
    }
    if (language != null) {
      return language.encode(part);
    }
    if (tokenizer == null) {
      return RowEncoding.encode(part, head, base.family());
    }
    return new TextEncoding(tokenizer, head, base.family()).encode(part);
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
