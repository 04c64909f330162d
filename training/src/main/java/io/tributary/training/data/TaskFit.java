package io.tributary.training.data;

import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.Task;
import java.util.Optional;

/** Whether a source has what a plan's task needs, as far as its columns tell. */
public final class TaskFit {
  private TaskFit() {}

  /** What the examples of a source are, where the plan needs others; empty where they fit. */
  public static Optional<String> misfit(SourceSpec source, ModelPlan plan) {
    Columns columns = source.columns();
    boolean fits = input(columns.input(), plan.task()) && target(columns.target().kind(), plan);
    return fits ? Optional.empty() : Optional.of(words(columns));
  }

  private static boolean input(Columns.In input, Task task) {
    boolean texts = input instanceof Columns.Texts;
    return switch (task) {
      case TEXT_CLASSIFICATION, TEXT_REGRESSION -> texts;
      case TOKEN_CLASSIFICATION -> input instanceof Columns.Words;
      case CAUSAL_LANGUAGE_MODELLING ->
          texts || input instanceof Columns.Prompts || input instanceof Columns.Messages;
      case IMAGE_CLASSIFICATION -> input instanceof Columns.Pictures;
      case TABULAR_CLASSIFICATION, TABULAR_REGRESSION -> input instanceof Columns.Numbers;
    };
  }

  private static boolean target(Columns.Out.Kind kind, ModelPlan plan) {
    return switch (plan.task().output()) {
      case LABEL ->
          kind == Columns.Out.Kind.LABEL || (kind == Columns.Out.Kind.LABELS && plan.multiLabel());
      case NUMBERS -> kind == Columns.Out.Kind.NUMBER;
      case LABEL_PER_TOKEN -> kind == Columns.Out.Kind.TAGS;
      case NEXT_TOKEN -> true;
    };
  }

  private static String words(Columns columns) {
    return input(columns.input()) + target(columns.target().kind());
  }

  private static String input(Columns.In input) {
    if (input instanceof Columns.Numbers) {
      return "rows of numbers";
    }
    if (input instanceof Columns.Texts texts) {
      return texts.pair().isPresent() ? "pairs of texts" : "texts";
    }
    if (input instanceof Columns.Words) {
      return "sentences";
    }
    return input instanceof Columns.Pictures ? "pictures" : "dialogues";
  }

  private static String target(Columns.Out.Kind kind) {
    return switch (kind) {
      case LABEL -> " with one label each";
      case LABELS -> " with lists of labels";
      case NUMBER -> " with a number each";
      case TAGS -> " with tags";
      case WITHIN -> "";
    };
  }
}
