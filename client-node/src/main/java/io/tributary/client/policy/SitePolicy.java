package io.tributary.client.policy;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.TrustedCode;
import io.tributary.federation.plan.PersonalPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a site allows; read from the site's own file, so that no coordinator can change it. Each
 * refusal is one sentence that names the key to change.
 *
 * @param tasks that may be trained
 * @param baseModels manifest digests that may be fine-tuned; empty: any
 * @param torchscript files of models that are code and may run here
 * @param maxModel largest base model, all files together
 * @param maxUpdate largest update that may leave the site
 * @param maxEpochs most passes over the examples in one round
 * @param maxRounds most rounds of a run
 * @param maxTokens longest texts
 * @param minExamples fewest training examples for which an update may leave the site
 * @param mayTravel most of a model that may leave the site
 * @param shareLabelCounts whether the dataset card tells how many examples each label has
 */
public record SitePolicy(
    List<Task> tasks,
    List<Digest> baseModels,
    TrustedCode torchscript,
    DataSize maxModel,
    DataSize maxUpdate,
    int maxEpochs,
    int maxRounds,
    int maxTokens,
    long minExamples,
    TrainedPart mayTravel,
    boolean shareLabelCounts) {
  private static final DataSize MAX_MODEL = new DataSize(8_000_000_000L);

  public SitePolicy {
    tasks = List.copyOf(tasks);
    baseModels = List.copyOf(baseModels);
    requireNonNull(torchscript, "torchscript");
    requireNonNull(maxModel, "maxModel");
    requireNonNull(maxUpdate, "maxUpdate");
    requireNonNull(mayTravel, "mayTravel");
  }

  /** What holds where a site says nothing. */
  public static SitePolicy defaults() {
    return new SitePolicy(
        List.of(Task.values()),
        List.of(),
        TrustedCode.NONE,
        MAX_MODEL,
        MAX_MODEL,
        100,
        10_000,
        8_192,
        1,
        new TrainedPart.All(),
        true);
  }

  /** Reads the section {@code policy} of a node's file; the caller finishes it. */
  public static SitePolicy read(Settings section) {
    SitePolicy byDefault = defaults();
    return new SitePolicy(
        tasks(section, byDefault.tasks),
        baseModels(section),
        TrustedCode.read(section),
        section.size("max-model", byDefault.maxModel),
        section.size("max-update", byDefault.maxUpdate),
        (int) section.integer("max-epochs", byDefault.maxEpochs, 1, 10_000),
        (int) section.integer("max-rounds", byDefault.maxRounds, 1, 1_000_000),
        (int) section.integer("max-tokens", byDefault.maxTokens, 2, 100_000),
        section.integer("min-examples", byDefault.minExamples, 1, Long.MAX_VALUE),
        section.has("what-may-travel")
            ? section.parsed("what-may-travel", TrainedPart::parse)
            : byDefault.mayTravel,
        section.flag("share-label-counts", byDefault.shareLabelCounts));
  }

  private static List<Task> tasks(Settings section, List<Task> byDefault) {
    List<String> known = Arrays.stream(Task.values()).map(Task::token).toList();
    List<String> words = section.texts("tasks", byDefault.stream().map(Task::token).toList());
    for (String word : words) {
      if (!known.contains(word)) {
        throw section.refusal("tasks", word, "some of " + String.join(", ", known));
      }
    }
    return Arrays.stream(Task.values()).filter(task -> words.contains(task.token())).toList();
  }

  private static List<Digest> baseModels(Settings section) {
    List<String> words = section.texts("base-models", List.of());
    for (String word : words) {
      if (!word.matches("sha256:[0-9a-f]{64}")) {
        throw section.refusal("base-models", word, "manifest digests, sha256:…");
      }
    }
    return words.stream().map(Digest::parse).toList();
  }

  /** Why this plan may not be trained here; empty: it may. */
  public Optional<String> refusal(Plan plan, Digest base) {
    if (!tasks.contains(plan.model().task())) {
      String allowed = String.join(", ", tasks.stream().map(Task::token).toList());
      return no("tasks", plan.model().task().token(), "one of " + allowed);
    }
    if (!baseModels.isEmpty() && !baseModels.contains(base)) {
      return no("base-models", base, "one of " + baseModels.size() + " listed models");
    }
    int passes = plan.train().epochs() + plan.train().personal().passes(plan.train());
    if (passes > maxEpochs) {
      return no("max-epochs", passes + " epochs", "at most " + maxEpochs);
    }
    if (plan.train().loop().byTime() && maxEpochs < defaults().maxEpochs) {
      return no("max-epochs", "a time, train.time", "epochs or steps, at most " + maxEpochs);
    }
    if (plan.federation().rounds() > maxRounds) {
      return no("max-rounds", plan.federation().rounds() + " rounds", "at most " + maxRounds);
    }
    if (plan.model().maxTokens() > maxTokens) {
      return no("max-tokens", plan.model().maxTokens() + " tokens", "at most " + maxTokens);
    }
    if (!travels(plan.train().what())) {
      return no(
          "what-may-travel", plan.train().what().token(), "no more than " + mayTravel.token());
    }
    return Optional.empty();
  }

  /** Why a base model may not be taken: its size, or a file of it that is code. */
  public Optional<String> refusalOfModel(Manifest model) {
    if (model.totalBytes() > maxModel.bytes()) {
      return no("max-model", new DataSize(model.totalBytes()), "at most " + maxModel);
    }
    return torchscript
        .refused(model)
        .flatMap(
            file ->
                no(
                    TrustedCode.KEY,
                    file.path() + ", which is code, " + file.digest(),
                    "a file whose digest the site has named"));
  }

  /** Why an update of this size may not leave the site. */
  public Optional<String> refusalOfUpdate(long bytes) {
    return bytes > maxUpdate.bytes()
        ? no("max-update", new DataSize(bytes), "at most " + maxUpdate)
        : Optional.empty();
  }

  /** Why a plan that counts steps passes too often over this many examples; empty: it does not. */
  public Optional<String> refusalOfPasses(Plan plan, long examples) {
    if (!plan.train().loop().bySteps()) {
      return Optional.empty();
    }
    PersonalPlan personal = plan.train().personal();
    long models = personal instanceof PersonalPlan.Ditto ? 2 : 1;
    long batch = Math.min(plan.train().batchSize(), examples); // there are no larger ones
    long each = plan.train().loop().steps() * plan.train().loop().accumulate() * batch;
    long seen = models * each + personal.passes(plan.train()) * examples;
    return seen > maxEpochs * examples
        ? no(
            "max-epochs",
            plan.train().loop().steps() + " steps over " + examples + " examples",
            "at most " + maxEpochs + " epochs")
        : Optional.empty();
  }

  /** Why an update over so few training examples may not leave the site. */
  public Optional<String> refusalOfExamples(long examples) {
    return examples < minExamples
        ? no("min-examples", examples + " examples", "at least " + minExamples)
        : Optional.empty();
  }

  private static Optional<String> no(String key, Object found, String rule) {
    return Optional.of(
        "site policy, "
            + key
            + ": "
            + found
            + " (expected: "
            + rule
            + "). The site can change policy."
            + key
            + " in its node's file.");
  }

  /**
   * Adapters and biases touch every layer: they travel where everything may, or where they are
   * named.
   */
  private boolean travels(TrainedPart part) {
    if (part instanceof TrainedPart.Biases || part instanceof TrainedPart.Lora) {
      return mayTravel instanceof TrainedPart.All || mayTravel.getClass() == part.getClass();
    }
    return share(part) <= share(mayTravel);
  }

  /** How many layers; the head goes with whatever may travel. */
  private static long share(TrainedPart part) {
    if (part instanceof TrainedPart.All) {
      return Long.MAX_VALUE;
    }
    return part instanceof TrainedPart.LastLayers last ? last.count() : 0;
  }
}
