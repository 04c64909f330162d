package io.tributary.cli.run;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.Input;
import io.tributary.training.data.SourceSpec;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.generate.GenerateOrder;
import io.tributary.training.generate.Generated;
import io.tributary.training.generate.GenerationSettings;
import io.tributary.training.generate.Prompt;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.CheckpointZero;
import io.tributary.training.model.OwnHead;
import io.tributary.training.worker.ChildWorker;
import io.tributary.training.worker.ChildWorkerOptions;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A fine-tuned model in a Hugging Face folder on this machine, used without a coordinator. Starts a
 * worker process; to be closed.
 */
public final class LocalModel implements AutoCloseable {
  private static final int LONGEST = 100_000;

  private final Path folder;
  private final Plan plan;
  private final Path trained;
  private final Worker worker;

  private LocalModel(Path folder, Plan plan, Path trained, Worker worker) {
    this.folder = folder;
    this.plan = plan;
    this.trained = trained;
    this.worker = worker;
  }

  /**
   * Opens a folder whose model has a head of its own, of any task; one without is refused.
   *
   * @param maxTokens length at which texts are cut
   */
  public static LocalModel open(Path folder, int maxTokens, int threads) {
    if (maxTokens < 2 || maxTokens > LONGEST) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--max-tokens",
          maxTokens,
          "2 to " + LONGEST,
          "Choose another length.");
    }
    BaseModel model = BaseModel.open(folder);
    OwnHead head = OwnHead.of(model);
    if (!head.answers()) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "model " + folder,
          "no labels in config.json",
          "a fine-tuned model, such as one from `tributary model export`, or a language model",
          "Name another folder.");
    }
    head.check(model);
    Plan plan = plan(model, head, maxTokens, threads);
    try {
      Path trained = Files.createTempFile("tributary-model", ".safetensors");
      try (FileChannel out = FileChannel.open(trained, StandardOpenOption.WRITE)) {
        // the folder's own values, head included, since its labels are the plan's
        CheckpointZero.write(model, plan, ByteSink.of(out));
      }
      return new LocalModel(folder, plan, trained, worker(threads));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          "temporary folder: can't be written (expected: room for the model). Make room.",
          e);
    }
  }

  private static Worker worker(int threads) {
    return ChildWorker.open(
        ChildWorkerOptions.defaults().withWorker(WorkerOptions.defaults().withThreads(threads)));
  }

  private static Plan plan(BaseModel model, OwnHead head, int maxTokens, int threads) {
    int longest = model.longestText() == 0 ? maxTokens : Math.min(maxTokens, model.longestText());
    JsonValue tree =
        JsonValue.object()
            .put("name", "local")
            .put(
                "model",
                JsonValue.object()
                    .put("base", model.folder().toString())
                    .put("task", head.task().token())
                    .put(
                        "labels",
                        JsonValue.array(head.labels().stream().map(JsonValue::of).toList()))
                    .put("multi-label", head.multiLabel())
                    .put("max-tokens", longest)
                    .build())
            .put("train", JsonValue.object().put("threads", threads).build())
            .put("evaluation", JsonValue.object().put("choose", chosen(head)).build())
            .build();
    return Plan.read(Settings.of("model", tree));
  }

  private static JsonValue chosen(OwnHead head) {
    return head.task() == Task.CAUSAL_LANGUAGE_MODELLING
        ? JsonValue.object().put("metric", "loss").put("direction", "minimize").build()
        : JsonValue.object().build();
  }

  /** Whether it is a language model, which continues texts and has no labels. */
  public boolean continuesTexts() {
    return plan.model().task() == Task.CAUSAL_LANGUAGE_MODELLING;
  }

  /** How a language model continues each prompt. */
  public List<Generated> generate(List<Prompt> prompts, GenerationSettings settings) {
    return worker.generate(new GenerateOrder(plan, folder, trained, prompts, settings, "cpu"));
  }

  /** What it was trained for. */
  public ModelPlan answers() {
    return plan.model();
  }

  /**
   * One prediction an input.
   *
   * @param top how many labels are ranked, at most
   */
  public List<Prediction> predict(List<Input> inputs, int top) {
    int most = Math.max(1, Math.min(top, plan.model().labels().size()));
    return worker.predict(
        new PredictOrder(plan, folder, trained, inputs, most, "cpu", Optional.empty()));
  }

  /** Figures on labelled examples. */
  public EvaluationReport evaluate(SourceSpec source, ProgressListener listener) {
    return worker.evaluate(
        new EvaluateOrder(plan, folder, trained, DatasetSpec.heldOut(source), "cpu"), listener);
  }

  @Override
  public void close() {
    worker.close();
    try {
      Files.deleteIfExists(trained);
    } catch (IOException e) {
      trained.toFile().deleteOnExit();
    }
  }
}
