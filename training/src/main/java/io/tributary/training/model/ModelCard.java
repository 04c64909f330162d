package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The README of an exported model: what it is, how it was made, what it was not tested for. */
final class ModelCard {
  private static final int MOST_LABELS = 60;

  private ModelCard() {}

  static void write(Path folder, String card) throws IOException {
    Files.writeString(folder.resolve("README.md"), card, UTF_8);
  }

  /** Of a base model and an adapter that were put together. */
  static String ofMerge(
      BaseModel base, PeftFolder adapter, WrittenTensors weights, ExportForm form) {
    var card =
        new StringBuilder("---\nlibrary_name: transformers\n---\n\n# ")
            .append(adapter.folder().toAbsolutePath().normalize().getFileName())
            .append(", merged\n\nA model of the family ")
            .append(base.family())
            .append(" with the weights of an adapter put into its own.\n\n");
    row(card, "base model", base.folder().toAbsolutePath().normalize().getFileName());
    row(card, "weights", weights(weights, form));
    return card.append("\nThe licence and the limits of both hold here too.\n").toString();
  }

  /** Of adapters and saved modules alone. */
  static String ofAdapter(BaseModel base, Plan plan, WrittenTensors weights, ExportForm form) {
    var card =
        new StringBuilder("---\nlibrary_name: peft\ntags: [tributary, federated-learning, lora]\n")
            .append("---\n\n# ")
            .append(plan.name())
            .append("\n\nAdapters (LoRA) for a model of the family ")
            .append(base.family());
    body(card, plan, weights, form);
    return card.toString();
  }

  static String of(BaseModel base, Plan plan, WrittenTensors weights, ExportForm form) {
    Task task = plan.model().task();
    var card = new StringBuilder("---\n");
    if (task.input() != Task.Input.ROW) {
      card.append("library_name: transformers\npipeline_tag: ").append(pipeline(task)).append('\n');
    }
    card.append("tags: [tributary, federated-learning]\n---\n\n# ")
        .append(plan.name())
        .append("\n\nA model of the family ")
        .append(base.family());
    body(card, plan, weights, form);
    return card.toString();
  }

  private static void body(StringBuilder card, Plan plan, WrittenTensors weights, ExportForm form) {
    Task task = plan.model().task();
    boolean texts = task.input() == Task.Input.TEXT;
    card.append(" for ")
        .append(task.token())
        .append(", fine-tuned by Tributary at several sites whose examples never left them.\n\n");
    row(card, "base model", plan.model().base());
    row(card, "plan", plan.digest().toString());
    row(card, "trained part", plan.train().what().token());
    row(card, "rounds planned", plan.federation().rounds());
    row(card, "longest text", texts ? plan.model().maxTokens() + " tokens" : "no texts");
    row(card, "weights", weights(weights, form));
    labels(card, plan.model().labels());
    card.append("\n## Limits\n\n")
        .append("The licence and the limits of the base model hold here too. How good the model is")
        .append(" stands in the report of its run; it was not tested on other data.\n");
  }

  private static void labels(StringBuilder card, List<String> labels) {
    if (labels.isEmpty()) {
      return;
    }
    card.append("\n## Labels\n\n");
    labels.stream().limit(MOST_LABELS).forEach(l -> card.append("- ").append(l).append('\n'));
    if (labels.size() > MOST_LABELS) {
      card.append("- and ").append(labels.size() - MOST_LABELS).append(" more in config.json\n");
    }
  }

  private static String weights(WrittenTensors weights, ExportForm form) {
    return weights.digest() + ", " + weights.size() + " bytes, " + form.word();
  }

  /** The word of Hugging Face's hub. */
  private static String pipeline(Task task) {
    return switch (task) {
      case CAUSAL_LANGUAGE_MODELLING -> "text-generation";
      case TEXT_REGRESSION -> "text-classification";
      default -> task.token();
    };
  }

  private static void row(StringBuilder card, String key, Object value) {
    card.append("- ").append(key).append(": ").append(value).append('\n');
  }
}
