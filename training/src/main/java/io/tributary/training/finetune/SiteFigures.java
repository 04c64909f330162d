package io.tributary.training.finetune;

import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import io.tributary.training.evaluate.Evaluator;
import io.tributary.training.evaluate.MetricReport;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import java.util.SortedMap;
import java.util.TreeMap;

/** Figures on a site's validation part: those that the plan shows; none where there is no part. */
record SiteFigures(Plan plan, LiveModel model, Inputs validation) {
  /** Of the model after the round's training. */
  static final String AFTER = "validation-";

  /** Of the received model. */
  static final String GLOBAL = "global-";

  /** Of the node's own model. */
  static final String PERSONAL = "personal-";

  /** The figures of the live numbers, each named with a prefix. */
  SortedMap<String, Double> of(String prefix) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    if (validation.size() > 0) {
      MetricReport report = new Evaluator(model, plan).figures(validation, () -> false);
      for (Metric metric : plan.evaluation().shown(report.kind())) {
        report.find(metric).ifPresent(value -> metrics.put(prefix + metric.token(), value));
      }
    }
    return metrics;
  }
}
