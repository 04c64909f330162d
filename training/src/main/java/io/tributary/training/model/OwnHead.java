package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.plan.Task;
import java.util.List;

/**
 * What the head in a model's own folder was trained for, by {@code architectures} and {@code
 * problem_type} of its configuration, as transformers takes them.
 *
 * @param labels in the order of the outputs, of a regression the names of its numbers; empty for
 *     language models, and where the folder has no head
 * @param multiLabel whether each label is for itself
 */
public record OwnHead(Task task, List<String> labels, boolean multiLabel) {
  static final String REGRESSION = "regression";
  static final String MULTI_LABEL = "multi_label_classification";
  static final String SINGLE_LABEL = "single_label_classification";

  /** Of forms that no class of transformers loads. */
  static final String TOKENS = "token_classification";

  public OwnHead {
    labels = List.copyOf(labels);
  }

  /** The head of a folder. */
  public static OwnHead of(BaseModel model) {
    if (model.continuesTexts()) {
      return new OwnHead(Task.CAUSAL_LANGUAGE_MODELLING, List.of(), false);
    }
    String problem =
        model.config().find("problem_type").orElse(null) instanceof JsonString word
            ? word.value()
            : "";
    if (problem.equals(TOKENS) || model.modelClass().endsWith("ForTokenClassification")) {
      return new OwnHead(Task.TOKEN_CLASSIFICATION, model.labels(), false);
    }
    boolean multiLabel = problem.equals(MULTI_LABEL);
    // one output and no other word: transformers takes it for a number
    boolean numbers = problem.equals(REGRESSION) || (!multiLabel && model.labels().size() == 1);
    return new OwnHead(task(model, numbers), model.labels(), multiLabel);
  }

  private static Task task(BaseModel model, boolean numbers) {
    if (model.pictures().isPresent()) {
      return Task.IMAGE_CLASSIFICATION;
    }
    if (model.longestText() == 0) {
      return numbers ? Task.TABULAR_REGRESSION : Task.TABULAR_CLASSIFICATION;
    }
    return numbers ? Task.TEXT_REGRESSION : Task.TEXT_CLASSIFICATION;
  }

  /** Refuses a folder whose weights lack a part of this head, which would answer at random. */
  public void check(BaseModel model) {
    Architecture shape = model.architecture(new Head(task, labels.size(), multiLabel));
    for (ParameterSpec parameter : shape.parameters()) {
      if (parameter.role() == ParameterSpec.Role.TRAINED
          && model.storedName(shape, parameter, labels).isEmpty()) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            model.folder() + ": " + parameter.name(),
            "missing",
            "the trained head that config.json tells of",
            "Name a fine-tuned model.");
      }
    }
  }

  /** Whether there is something to answer with: for a label of a set it takes two. */
  public boolean answers() {
    int least = task.output() == Task.Output.NUMBERS || multiLabel ? 1 : 2;
    return task.output() == Task.Output.NEXT_TOKEN || labels.size() >= least;
  }
}
