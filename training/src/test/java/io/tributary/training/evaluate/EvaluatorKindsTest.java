package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.Targets;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of every kind of task: the figures that it shows are there, with intervals. */
class EvaluatorKindsTest {
  @TempDir Path folder;

  private static TokenInputs texts() {
    int[][] ids = new int[12][];
    for (int i = 0; i < ids.length; i++) {
      int first = i;
      ids[i] = IntStream.range(0, 3 + i % 4).map(t -> 1 + (first * 7 + t * 5) % 50).toArray();
    }
    return new TokenInputs(ids, new int[0][], new int[ids.length]);
  }

  private static Plan plan(String model, int batch) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\","
            + model
            + "},\"evaluation\":{\"batch-size\":"
            + batch
            + "}}");
  }

  private EvaluationReport report(Plan plan, TokenInputs inputs) throws IOException {
    Path base = folder.resolve("gpt2");
    BaseModel model =
        java.nio.file.Files.exists(base) ? BaseModel.open(base) : SmallModels.gpt2(base, true);
    try (ModelValues values = ModelValues.withoutHead(model, Head.of(plan.model()));
        LiveModel live =
            LiveModel.open(TorchRuntime.start(1), plan.train(), values, TokenRows.all(60), false)) {
      return new Evaluator(live, plan).report(inputs, () -> false, done -> {});
    }
  }

  private void shows(String model, TokenInputs inputs) throws IOException {
    EvaluationReport report = report(plan(model, 5), inputs);
    MetricReport metrics = report.metrics().orElseThrow();
    for (Metric metric : plan(model, 5).evaluation().shown(metrics.kind())) {
      if (metric != Metric.ENTITY_F1) {
        assertTrue(metrics.find(metric).isPresent(), metrics.kind() + " " + metric);
      }
    }
    assertFalse(metrics.intervals().isEmpty(), metrics.kind().token());
    metrics
        .intervals()
        .forEach(
            (metric, interval) ->
                assertTrue(
                    interval.low() <= interval.high(), metrics.kind() + " " + metric + interval));
    assertEquals(
        metrics, MetricReport.parse(JsonReader.read(metrics.toJson().canonical())), "travels");
    EvaluationReport one = report(plan(model, 1), inputs);
    assertEquals(report.loss(), one.loss(), 1e-5, "however they were batched");
  }

  @Test
  void report_everyKind_hasWhatItsTaskShows() throws IOException {
    TokenInputs texts = texts();
    shows(
        "\"labels\":[\"a\",\"b\"]", SmallModels.asked(texts, Head.of(Task.TEXT_CLASSIFICATION, 2)));
    shows(
        "\"task\":\"text-regression\",\"labels\":[\"x\",\"y\"]",
        SmallModels.asked(texts, Head.of(Task.TEXT_REGRESSION, 2)));
    shows("\"task\":\"causal-language-modelling\"", languageOf(texts));
    float[][] several =
        IntStream.range(0, texts.size())
            .mapToObj(i -> new float[] {i % 2, i % 3 == 0 ? 1 : 0})
            .toArray(float[][]::new);
    shows(
        "\"labels\":[\"a\",\"b\"],\"multi-label\":true",
        new TokenInputs(texts.source(), new Targets.Numbers(several)));
  }

  private static TokenInputs languageOf(TokenInputs texts) {
    return SmallModels.asked(texts, Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0));
  }

  /** The first token of a text is foretold by nothing. */
  @Test
  void report_languageModel_countsTokensThatAreForetold() throws IOException {
    TokenInputs inputs = languageOf(texts());
    MetricReport metrics =
        report(plan("\"task\":\"causal-language-modelling\"", 4), inputs).metrics().orElseThrow();
    long foretold = IntStream.range(0, inputs.size()).mapToLong(i -> inputs.length(i) - 1L).sum();
    assertEquals(foretold, metrics.examples());
    double loss = metrics.find(Metric.LOSS).orElseThrow();
    assertEquals(Math.exp(loss), metrics.find(Metric.PERPLEXITY).orElseThrow(), 1e-9);
  }

  @Test
  void figure_ofOneMetric_isThatOfTheReport() throws IOException {
    Plan plan = plan("\"labels\":[\"a\",\"b\"]", 3);
    TokenInputs inputs = SmallModels.asked(texts(), Head.of(Task.TEXT_CLASSIFICATION, 2));
    Path base = folder.resolve("other");
    try (ModelValues values =
            ModelValues.withoutHead(SmallModels.gpt2(base, true), Head.of(plan.model()));
        LiveModel live =
            LiveModel.open(TorchRuntime.start(1), plan.train(), values, TokenRows.all(60), false)) {
      var evaluator = new Evaluator(live, plan);
      MetricReport report =
          evaluator.report(inputs, () -> false, done -> {}).metrics().orElseThrow();
      for (Metric metric : List.of(Metric.ACCURACY, Metric.LOSS, Metric.ROC_AUC)) {
        assertEquals(
            report.find(metric).orElseThrow(), evaluator.figure(inputs, metric, () -> false));
      }
    }
  }
}
