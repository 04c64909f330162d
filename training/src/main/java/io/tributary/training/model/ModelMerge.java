package io.tributary.training.model;

import io.tributary.federation.plan.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Puts the adapters of a PEFT folder into the weights of their base model. */
public final class ModelMerge {
  private ModelMerge() {}

  /**
   * Writes the merged model as a Hugging Face folder, which may exist and be empty.
   *
   * @return digest and size of the weights
   */
  public static WrittenTensors write(
      BaseModel base, PeftFolder adapter, Path folder, ExportForm form) throws IOException {
    Head head = head(base, adapter);
    List<String> labels = labels(base, adapter, head);
    try (ModelValues values = ModelValues.ofAdapter(base, adapter, head, labels)) {
      WrittenTensors written = HuggingFaceExport.model(base, values, folder, form);
      ModelCard.write(folder, ModelCard.ofMerge(base, adapter, written, form));
      return written;
    }
  }

  /** The head that the folders have: what the base's class does, with the outputs of its labels. */
  public static Head head(BaseModel base, PeftFolder adapter) {
    Task task = task(base);
    if (task.output() == Task.Output.NEXT_TOKEN) {
      return Head.of(task, 0);
    }
    Architecture usual = base.architecture(Head.of(task, 2));
    Optional<Integer> saved =
        usual.outputParameters().stream()
            .flatMap(name -> adapter.shape(usual, name).stream())
            .map(shape -> Math.toIntExact(shape.get(0)))
            .findFirst();
    return Head.of(task, saved.orElse(Math.max(1, base.labels().size())));
  }

  private static Task task(BaseModel base) {
    List<Task> tasks = base.tasks();
    String model = base.modelClass().toLowerCase(Locale.ROOT);
    Task wanted =
        model.contains("tokenclassification")
            ? Task.TOKEN_CLASSIFICATION
            : model.contains("lmhead") || model.contains("causallm")
                ? Task.CAUSAL_LANGUAGE_MODELLING
                : model.contains("sequenceclassification")
                    ? Task.TEXT_CLASSIFICATION
                    : tasks.get(0);
    return tasks.contains(wanted) ? wanted : tasks.get(0);
  }

  private static List<String> labels(BaseModel base, PeftFolder adapter, Head head) {
    if (adapter.labels().size() == head.outputs()) {
      return adapter.labels();
    }
    if (base.labels().size() == head.outputs()) {
      return base.labels();
    }
    return IntStream.range(0, head.outputs()).mapToObj(i -> "LABEL_" + i).toList();
  }
}
