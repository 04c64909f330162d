package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a checkpoint's adapters, with what its rounds have put into the weights, as a folder that
 * PEFT loads with equal logits: {@code adapter_config.json}, {@code adapter_model.safetensors}, the
 * tokenizer's files, a model card, and the labels one a line.
 */
public final class PeftExport {
  private static final JsonValue NULL = new JsonValue.JsonNull();

  private PeftExport() {}

  /**
   * Writes the folder, which may exist and be empty.
   *
   * @param trained canonical safetensors of the checkpoint's trained tensors
   * @return digest and size of the weights' file
   * @throws FederationException INVALID_ARGUMENT for a plan without adapters, and for a checkpoint
   *     whose rounds have put more into the weights than factors hold
   */
  public static WrittenTensors write(
      BaseModel base, Plan plan, Path trained, Path folder, ExportForm form) throws IOException {
    check(plan);
    try (ModelValues values = ModelValues.open(base, plan, trained)) {
      var adapted = (AdaptedArchitecture) values.architecture();
      Files.createDirectories(folder);
      StackedAdapters stacked = StackedAdapters.of(values, adapted);
      WrittenTensors written =
          new WeightFiles(stacked, form)
              .writeOne(
                  withNamesakes(stacked.parameters(), adapted),
                  name -> PeftFolder.PREFIX + adapted.peftName(name),
                  folder.resolve(PeftFolder.WEIGHTS));
      String config = config(adapted, stacked.rank(), plan).canonical() + "\n";
      Files.writeString(folder.resolve(PeftFolder.CONFIG), config, UTF_8);
      if (!values.labels().isEmpty()) {
        String labels = String.join("\n", values.labels()) + "\n";
        Files.writeString(folder.resolve(PeftFolder.LABELS), labels, UTF_8);
      }
      HuggingFaceExport.copyKept(base, folder);
      ModelCard.write(folder, ModelCard.ofAdapter(base, plan, written, form));
      return written;
    }
  }

  /**
   * Also the frozen modules whose names end like those of saved ones: PEFT takes them for saved,
   * such as DistilBERT's {@code pre_classifier} beside {@code classifier}.
   */
  private static List<ParameterSpec> withNamesakes(
      List<ParameterSpec> parameters, AdaptedArchitecture adapted) {
    List<String> saved = saved(adapted);
    List<ParameterSpec> all = new ArrayList<>(parameters);
    adapted.model().parameters().stream()
        .filter(parameter -> parameter.role() == ParameterSpec.Role.TRAINED)
        .filter(parameter -> !adapted.saved().contains(parameter.name()))
        .filter(parameter -> saved.stream().anyMatch(name -> LinearModules.saves(name, parameter)))
        .forEach(all::add);
    return all;
  }

  /** Refuses a plan without adapters. */
  public static void check(Plan plan) {
    if (!(plan.train().what() instanceof TrainedPart.Lora)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "export as adapter",
          "a run with train.what " + plan.train().what().token(),
          "one with train.what lora",
          "Export the model.");
    }
  }

  private static JsonObject config(AdaptedArchitecture adapted, int rank, Plan plan) {
    LoraPlan lora = adapted.settings().ofRank(rank);
    List<String> saved = saved(adapted);
    return JsonValue.object()
        .put("peft_type", "LORA")
        .put("task_type", taskType(plan.model().task(), saved))
        .put("base_model_name_or_path", plan.model().base())
        .put("inference_mode", true)
        .put("r", lora.rank())
        .put("lora_alpha", lora.alpha())
        .put("lora_dropout", lora.dropout())
        .put("use_rslora", lora.rankStabilised())
        .put("use_dora", false)
        .put("bias", "none")
        .put("fan_in_fan_out", adapted.adapters().stream().anyMatch(Adapter::inOut))
        .put("init_lora_weights", true)
        .put("target_modules", texts(targets(adapted)))
        .put("modules_to_save", saved.isEmpty() ? NULL : texts(saved))
        .put("rank_pattern", JsonValue.object(Map.of()))
        .put("alpha_pattern", JsonValue.object(Map.of()))
        .build();
  }

  /** The plan's names where PEFT reads them as we do, else the modules one by one. */
  private static List<String> targets(AdaptedArchitecture adapted) {
    List<String> names = adapted.settings().targets();
    List<String> modules = adapted.adapters().stream().map(Adapter::module).toList();
    List<String> named = modules.stream().map(adapted::peftName).toList();
    boolean plain =
        names.stream().noneMatch(n -> n.contains("*") || n.equals(LoraPlan.ALL_LINEAR))
            && named.equals(modules)
            && LinearModules.chosen(adapted.model(), names).size() == modules.size();
    return plain ? names : named;
  }

  /** The largest modules all of whose parameters are saved. */
  private static List<String> saved(AdaptedArchitecture adapted) {
    Set<String> modules = new TreeSet<>();
    for (String name : adapted.saved()) {
      int dot = name.indexOf('.');
      while (dot >= 0 && !whole(adapted, name.substring(0, dot + 1))) {
        dot = name.indexOf('.', dot + 1);
      }
      if (dot >= 0) {
        modules.add(adapted.peftName(name.substring(0, dot)));
      }
    }
    return List.copyOf(modules);
  }

  private static boolean whole(AdaptedArchitecture adapted, String start) {
    return adapted.model().parameters().stream()
        .filter(parameter -> parameter.name().startsWith(start))
        .allMatch(parameter -> adapted.saved().contains(parameter.name()));
  }

  private static JsonValue texts(List<String> names) {
    return JsonValue.array(names.stream().map(JsonValue::of).toList());
  }

  /**
   * PEFT saves the modules {@code classifier} and {@code score} of classifiers whatever the list
   * says, so that its word for them is left out where they are not saved as a whole.
   */
  private static JsonValue taskType(Task task, List<String> saved) {
    boolean head = saved.contains("classifier") || saved.contains("score");
    return switch (task) {
      case TEXT_CLASSIFICATION, TEXT_REGRESSION -> head ? JsonValue.of("SEQ_CLS") : NULL;
      case TOKEN_CLASSIFICATION -> head ? JsonValue.of("TOKEN_CLS") : NULL;
      case CAUSAL_LANGUAGE_MODELLING -> JsonValue.of("CAUSAL_LM");
      default -> NULL;
    };
  }
}
