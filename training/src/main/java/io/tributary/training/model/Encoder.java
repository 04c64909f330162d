package io.tributary.training.model;

import io.tributary.federation.plan.AugmentationPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.ImageAugmentation;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Turns examples into what a model takes: texts into tokens, pictures into numbers, rows as they
 * are.
 */
public final class Encoder implements AutoCloseable {
  private final BaseModel base;
  private final PartEncoding encoding;

  private Encoder(BaseModel base, PartEncoding encoding) {
    this.base = base;
    this.encoding = encoding;
  }

  /** The encoder of a base model; texts are cut at the plan's length or the model's, if less. */
  public static Encoder open(BaseModel base, Plan plan) {
    return new Encoder(base, encoding(base, plan, Head.of(plan.model())));
  }

  private static PartEncoding encoding(BaseModel base, Plan plan, Head head) {
    if (head.task().input() == Task.Input.IMAGE) {
      return ImageEncoding.open(base, head);
    }
    if (head.task().input() == Task.Input.ROW || base.longestText() == 0) {
      return new RowEncoding(head, base.family());
    }
    int most = Math.min(base.longestText(), plan.model().maxTokens());
    return head.task().output() == Task.Output.NEXT_TOKEN
        ? LanguageTexts.open(base, most, plan.model().packing())
        : new TextEncoding(TextTokenizer.open(base.folder(), most), head, base.family());
  }

  /**
   * Examples to train on: as {@link #encode}, but pictures are changed each time as the plan says.
   *
   * @param random of the purpose {@link ImageAugmentation#PURPOSE}
   */
  public Inputs encodeForTraining(ExamplePart part, AugmentationPlan plan, RandomGenerator random) {
    return encoding.encode(part, plan, random);
  }

  public Inputs encode(ExamplePart part) {
    return encoding.encode(part);
  }

  /** The rows of the token table that these inputs need. */
  public TokenRows rows(List<Inputs> all) {
    if (base.longestText() == 0) {
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
    encoding.close();
  }
}
