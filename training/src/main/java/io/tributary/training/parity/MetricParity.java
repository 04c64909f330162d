package io.tributary.training.parity;

import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.plan.Metric;
import io.tributary.training.evaluate.ClassPredictions;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.EntityFigures;
import io.tributary.training.evaluate.MetricReport;
import io.tributary.training.evaluate.MultiLabelPredictions;
import io.tributary.training.evaluate.Predictions;
import io.tributary.training.evaluate.RegressionFigures;
import io.tributary.training.evaluate.TagPredictions;
import io.tributary.training.evaluate.TokenPredictions;
import io.tributary.training.evaluate.ValuePredictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Compares the metrics with those of scikit-learn, SciPy and seqeval. */
final class MetricParity {
  private final GoldenFolder golden;
  private final List<ParityRow> rows = new ArrayList<>();

  private MetricParity(GoldenFolder golden) {
    this.golden = golden;
  }

  static List<ParityRow> rows(GoldenFolder golden) {
    var parity = new MetricParity(golden);
    parity.binary();
    parity.manyLabels("multiclass");
    parity.manyLabels("multiclass_missing");
    parity.multiLabel();
    parity.regression();
    parity.perplexity();
    parity.entities();
    return parity.rows;
  }

  private void binary() {
    var predictions =
        ClassPredictions.ofSecond(
            names(2), golden.integers("binary.y"), golden.tensor("binary.probability"));
    MetricReport report = predictions.report();
    matrix("binary", report);
    figures("binary.binary", report, Metric.PRECISION, Metric.RECALL, Metric.F1);
    figure("binary", "roc_auc", report, Metric.ROC_AUC);
    figure("binary", "average_precision", report, Metric.PR_AUC);
    figure("binary", "brier", report, Metric.BRIER);
    figure("binary", "log_loss", report, Metric.LOG_LOSS);
    figure("binary", "ece15", report, Metric.CALIBRATION_ERROR);
  }

  private void manyLabels(String set) {
    var predictions =
        ClassPredictions.ofProbabilities(
            names(golden.size(set + ".probability", 1)),
            golden.integers(set + ".y"),
            golden.tensor(set + ".probability"));
    MetricReport report = predictions.report();
    matrix(set, report);
    figure(set, "ece15", report, Metric.CALIBRATION_ERROR);
    figure(set, "brier_sum", report, Metric.BRIER);
    figure(set, "log_loss", report, Metric.LOG_LOSS);
    if (golden.find(set, "roc_auc_ovr_macro").isPresent()) {
      figure(set, "roc_auc_ovr_macro", report, Metric.ROC_AUC);
      figure(set, "average_precision_macro", report, Metric.PR_AUC);
    }
  }

  /** What follows from a confusion matrix, and the matrix itself. */
  private void matrix(String set, MetricReport report) {
    figure(set, "accuracy", report, Metric.ACCURACY);
    figure(set, "mcc", report, Metric.MCC);
    Metric[] macro = {Metric.MACRO_PRECISION, Metric.MACRO_RECALL, Metric.MACRO_F1};
    Metric[] weighted = {Metric.WEIGHTED_PRECISION, Metric.WEIGHTED_RECALL, Metric.WEIGHTED_F1};
    figures(set + ".macro", report, macro);
    figures(set + ".weighted", report, weighted);
    add(set + " micro F1", report.find(Metric.MICRO_F1).orElseThrow(), set, "micro", "f1");
    var confusion = new Comparison(golden.name(), set + " confusion matrix", 0, 0);
    List<JsonValue> expected = golden.items(set, "confusion_matrix");
    for (int label = 0; label < expected.size(); label++) {
      double[] row = GoldenFolder.numbers(((JsonArray) expected.get(label)).items());
      double[] ours =
          report.confusion().get(label).stream().mapToDouble(Long::doubleValue).toArray();
      confusion.addAll(ours, row, Comparison.Allowance.NONE);
    }
    rows.add(confusion.row());
    classes(set, report.classes());
  }

  private void classes(String set, List<ClassReport> classes) {
    Comparison comparison = comparison(set + " per class");
    for (int label = 0; label < classes.size(); label++) {
      ClassReport ours = classes.get(label);
      double[] figures = {ours.precision(), ours.recall(), ours.f1(), (double) ours.support()};
      String[] keys = {"precision", "recall", "f1", "support"};
      for (int i = 0; i < keys.length; i++) {
        comparison.add(
            figures[i], GoldenFolder.numbers(golden.items(set, "per_class", keys[i]))[label]);
      }
    }
    rows.add(comparison.row());
  }

  private void multiLabel() {
    double[] y = golden.tensor("multilabel.y");
    boolean[] truth = new boolean[y.length];
    for (int i = 0; i < y.length; i++) {
      truth[i] = y[i] == 1;
    }
    var predictions =
        new MultiLabelPredictions(
            names(golden.size("multilabel.y", 1)), truth, golden.tensor("multilabel.probability"));
    MetricReport report = predictions.report();
    String set = "multilabel";
    figure(set, "subset_accuracy", report, Metric.SUBSET_ACCURACY);
    figure(set, "hamming_loss", report, Metric.HAMMING_LOSS);
    figures(set + ".macro", report, Metric.MACRO_PRECISION, Metric.MACRO_RECALL, Metric.MACRO_F1);
    figures(set + ".micro", report, Metric.MICRO_PRECISION, Metric.MICRO_RECALL, Metric.MICRO_F1);
    figures(
        set + ".weighted",
        report,
        Metric.WEIGHTED_PRECISION,
        Metric.WEIGHTED_RECALL,
        Metric.WEIGHTED_F1);
    labelFigures(set + " samples", predictions.decided().samples(), set, "samples");
    figure(set, "roc_auc_macro", report, Metric.ROC_AUC);
    figure(set, "average_precision_macro", report, Metric.PR_AUC);
    figure(set, "roc_auc_micro", report, Metric.ROC_AUC_MICRO);
    figure(set, "average_precision_micro", report, Metric.PR_AUC_MICRO);
  }

  private void regression() {
    double[] truth = golden.tensor("regression.y");
    double[] prediction = golden.tensor("regression.prediction");
    MetricReport report = new ValuePredictions(truth, prediction).report();
    for (Metric metric : List.of(Metric.MAE, Metric.RMSE, Metric.R2, Metric.PEARSON)) {
      figure("regression", metric.token(), report, metric);
    }
    figure("regression", "mse", report, Metric.LOSS);
    add(
        "regression spearman",
        RegressionFigures.spearman(truth, prediction),
        "regression",
        "spearman");
  }

  private void perplexity() {
    double[] logits = golden.tensor("perplexity.logits");
    int[][] labels = golden.rows("perplexity.labels");
    int row = logits.length / labels.length;
    var predictions = TokenPredictions.ofAtMost(labels.length);
    for (int i = 0; i < labels.length; i++) {
      float[] scores = new float[row];
      for (int k = 0; k < row; k++) {
        scores[k] = (float) logits[i * row + k];
      }
      predictions.addShifted(scores, labels[i]);
    }
    MetricReport report = predictions.report();
    add("perplexity tokens", (double) report.examples(), "perplexity", "tokens");
    figure("perplexity", "mean_nll", report, Metric.LOSS);
    figure("perplexity", "perplexity", report, Metric.PERPLEXITY);
  }

  private void entities() {
    List<List<String>> truth = tags("y");
    List<List<String>> prediction = tags("prediction");
    var set = new TreeSet<String>();
    truth.forEach(set::addAll);
    prediction.forEach(set::addAll);
    List<String> labels = List.copyOf(set);
    List<TagPredictions.Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < truth.size(); i++) {
      sequences.add(
          new TagPredictions.Sequence(
              positions(truth.get(i), labels), positions(prediction.get(i), labels), 0));
    }
    var predictions = new TagPredictions(labels, sequences);
    add(
        "ner token accuracy",
        ((Predictions) predictions).figure(Metric.ACCURACY).orElseThrow(),
        "ner",
        "token_accuracy");
    entities("default", predictions.entities(false).orElseThrow());
    entities("strict_iob2", predictions.entities(true).orElseThrow());
  }

  private void entities(String reading, EntityFigures figures) {
    entity("micro avg", figures.micro(), reading);
    entity("macro avg", figures.macro(), reading);
    entity("weighted avg", figures.weighted(), reading);
    for (ClassReport type : figures.classes()) {
      entity(type.label(), new LabelFigures(type.precision(), type.recall(), type.f1()), reading);
    }
  }

  private void entity(String name, LabelFigures figures, String reading) {
    String[] path = {"ner", reading, "report", name, ""};
    String quantity = "ner " + reading + " " + name;
    double[] ours = {figures.precision(), figures.recall(), figures.f1()};
    String[] keys = {"precision", "recall", "f1-score"};
    Comparison comparison = comparison(quantity);
    for (int i = 0; i < keys.length; i++) {
      path[4] = keys[i];
      comparison.add(ours[i], golden.number(path));
    }
    rows.add(comparison.row());
  }

  private void labelFigures(String quantity, LabelFigures figures, String... path) {
    Comparison comparison = comparison(quantity);
    double[] ours = {figures.precision(), figures.recall(), figures.f1()};
    String[] keys = {"precision", "recall", "f1"};
    for (int i = 0; i < keys.length; i++) {
      String[] whole = Arrays.copyOf(path, path.length + 1);
      whole[path.length] = keys[i];
      comparison.add(ours[i], golden.number(whole));
    }
    rows.add(comparison.row());
  }

  /** Precision, recall and F1 of one part. */
  private void figures(String part, MetricReport report, Metric... metrics) {
    labelFigures(
        part.replace('.', ' '),
        new LabelFigures(
            report.find(metrics[0]).orElseThrow(),
            report.find(metrics[1]).orElseThrow(),
            report.find(metrics[2]).orElseThrow()),
        part.split("\\."));
  }

  private void figure(String set, String key, MetricReport report, Metric metric) {
    add(set + " " + key, report.find(metric).orElseThrow(), set, key);
  }

  private void add(String quantity, double actual, String... path) {
    rows.add(comparison(quantity).add(actual, golden.number(path)).row());
  }

  private Comparison comparison(String quantity) {
    return new Comparison(
        golden.name(),
        quantity,
        golden.number("tolerance", "atol"),
        golden.number("tolerance", "rtol"));
  }

  private List<List<String>> tags(String key) {
    return golden.items("ner", key).stream()
        .map(row -> ((JsonArray) row).items().stream().map(GoldenFolder::text).toList())
        .toList();
  }

  private static int[] positions(List<String> tags, List<String> labels) {
    return tags.stream().mapToInt(labels::indexOf).toArray();
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
