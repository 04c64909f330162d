package io.tributary.aggregation.tally;

import io.tributary.federation.plan.Metric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Metrics from sums. */
final class TallyFigures {
  private final Tally tally;
  private final Map<Metric, Double> figures = new EnumMap<>(Metric.class);

  private TallyFigures(Tally tally) {
    this.tally = tally;
  }

  static Map<Metric, Double> of(Tally tally) {
    var all = new TallyFigures(tally);
    switch (tally.kind()) {
      case CLASSIFICATION -> all.classification();
      case MULTI_LABEL -> all.multiLabel();
      case TOKEN_CLASSIFICATION -> all.tags();
      case LANGUAGE_MODELLING -> all.language();
      case REGRESSION -> all.regression();
    }
    return all.figures;
  }

  private void classification() {
    put(Metric.LOSS, Tally.LOSS);
    put(Metric.ACCURACY, share(Tally.RIGHT));
    put(Metric.LOG_LOSS, Tally.LOG_LOSS);
    put(Metric.BRIER, Tally.BRIER);
    put(Metric.CALIBRATION_ERROR, calibration());
    Optional<List<LabelCounts>> labels = counts(Tally.LABELS);
    labels.ifPresent(this::shares);
    labels.ifPresent(all -> put(Metric.MCC, LabelCounts.matthews(all)));
    labels.filter(all -> all.size() == 2).ifPresent(all -> second(all.get(1).figures()));
  }

  private void second(LabelFigures label) {
    put(Metric.PRECISION, label.precision());
    put(Metric.RECALL, label.recall());
    put(Metric.F1, label.f1());
  }

  private void shares(List<LabelCounts> labels) {
    LabelFigures macro = LabelCounts.macro(labels);
    put(Metric.MACRO_F1, macro.f1());
    put(Metric.MACRO_PRECISION, macro.precision());
    put(Metric.MACRO_RECALL, macro.recall());
    put(Metric.MICRO_F1, LabelCounts.micro(labels).f1());
    LabelFigures weighted = LabelCounts.weighted(labels);
    put(Metric.WEIGHTED_F1, weighted.f1());
    put(Metric.WEIGHTED_PRECISION, weighted.precision());
    put(Metric.WEIGHTED_RECALL, weighted.recall());
  }

  private void multiLabel() {
    Optional<List<LabelCounts>> labels = counts(Tally.LABELS);
    put(Metric.SUBSET_ACCURACY, share(Tally.RIGHT));
    put(Metric.SAMPLES_F1, share(Tally.SAMPLES_F1));
    put(Metric.LOSS, tally.sum(Tally.LOSS) / tally.sum(Tally.DECISIONS));
    put(Metric.HAMMING_LOSS, LabelCounts.share(tally.sum(Tally.WRONG), tally.sum(Tally.DECISIONS)));
    labels.ifPresent(this::shares);
    labels.ifPresent(all -> put(Metric.MICRO_PRECISION, LabelCounts.micro(all).precision()));
    labels.ifPresent(all -> put(Metric.MICRO_RECALL, LabelCounts.micro(all).recall()));
  }

  private void tags() {
    put(Metric.LOSS, Tally.LOSS);
    put(Metric.ACCURACY, share(Tally.RIGHT));
    Optional<List<LabelCounts>> labels = counts(Tally.LABELS);
    labels.ifPresent(this::shares);
    labels.ifPresent(all -> put(Metric.MCC, LabelCounts.matthews(all)));
    counts(Tally.ENTITIES).ifPresent(this::entities);
    counts(Tally.STRICT_ENTITIES)
        .ifPresent(all -> put(Metric.ENTITY_STRICT_F1, LabelCounts.micro(all).f1()));
  }

  /** Means are over the types that occur in labels or predictions, as in seqeval. */
  private void entities(List<LabelCounts> types) {
    LabelFigures micro = LabelCounts.micro(types);
    put(Metric.ENTITY_F1, micro.f1());
    put(Metric.ENTITY_PRECISION, micro.precision());
    put(Metric.ENTITY_RECALL, micro.recall());
    List<LabelCounts> seen = types.stream().filter(type -> !type.absent()).toList();
    put(Metric.ENTITY_MACRO_F1, LabelCounts.macro(seen).f1());
  }

  private void language() {
    put(Metric.LOSS, Tally.LOSS);
    put(Metric.PERPLEXITY, Math.exp(tally.sum(Tally.LOSS) / tally.examples()));
    put(Metric.ACCURACY, share(Tally.RIGHT));
  }

  private void regression() {
    Moments moments = tally.moments().orElse(new Moments(0, Double.NaN, Double.NaN, 0, 0, 0, 0, 0));
    put(Metric.LOSS, moments.mse());
    put(Metric.MAE, moments.mae());
    put(Metric.RMSE, moments.rmse());
    put(Metric.R2, moments.r2());
    put(Metric.PEARSON, moments.pearson());
  }

  /** As {@code CalibrationError} of training: distances of hits from confidences, bin by bin. */
  private double calibration() {
    double sum = 0;
    int bins = 0;
    for (String name : tally.sums().tailMap(Tally.BIN_HITS).keySet()) {
      if (name.startsWith(Tally.BIN_HITS)) {
        String bin = name.substring(Tally.BIN_HITS.length());
        sum += Math.abs(tally.sum(name) - tally.sum(Tally.BIN_CONFIDENCE + bin));
        bins++;
      }
    }
    return bins == 0 ? Double.NaN : LabelCounts.share(sum, (double) tally.examples());
  }

  private Optional<List<LabelCounts>> counts(String name) {
    return Optional.ofNullable(tally.counts().get(name));
  }

  /** The part of the examples; 0 where there are none. */
  private double share(String sum) {
    return LabelCounts.share(tally.sum(sum), (double) tally.examples());
  }

  /** The mean over the examples. */
  private void put(Metric metric, String sum) {
    put(metric, tally.sum(sum) / tally.examples());
  }

  private void put(Metric metric, double figure) {
    figures.put(metric, figure);
  }
}
