package io.tributary.coordinator.round;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.aggregation.tally.Tally;
import io.tributary.aggregation.tally.WilsonInterval;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.ModelPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Figures of what sites told, one by one and together. */
final class SiteSums {
  private SiteSums() {}

  /**
   * The figures of all sites' examples together, summed in the order of names. A site whose loss is
   * no number is left out: it is seen as the worst, and one site can't end a run for all. Empty
   * where none is left.
   */
  static Optional<Figures> together(List<AssignmentRecord> evaluations, ModelPlan model) {
    return evaluations.stream()
        .sorted(Comparator.comparing(AssignmentRecord::node))
        .flatMap(one -> one.tally().stream())
        .filter(Tally::finite)
        .reduce(Tally::plus)
        .filter(Tally::finite)
        .map(tally -> figures(tally, model));
  }

  /** What is kept of a site: the figures that the plan shows, or why there are none. */
  static SiteFigures of(AssignmentRecord record, List<Metric> shown) {
    SortedMap<String, Double> kept = new TreeMap<>();
    Map<Metric, Double> figures = record.tally().map(Tally::figures).orElseGet(Map::of);
    for (Metric metric : shown) {
      Double figure = figures.get(metric);
      if (figure != null && Double.isFinite(figure)) {
        kept.put(metric.token(), figure);
      }
    }
    String reason =
        record.tally().isEmpty()
            ? record.reason().isEmpty() ? record.stage().token() : record.reason()
            : record.tally().get().finite() ? "" : "its loss is not a number";
    return new SiteFigures(
        record.node(), record.tally().map(Tally::examples).orElse(0L), kept, reason);
  }

  static Figures figures(Tally tally, ModelPlan model) {
    Map<Metric, Double> figures = tally.figures();
    Optional<WilsonInterval> interval = tally.interval();
    SortedMap<String, MetricFigure> metrics = new TreeMap<>();
    figures.forEach(
        (metric, value) -> {
          if (Double.isFinite(value)) {
            Optional<MetricFigure.Ends> ends =
                interval
                    .filter(known -> metric == Metric.ACCURACY)
                    .map(known -> new MetricFigure.Ends(known.low(), known.high()));
            metrics.put(metric.token(), new MetricFigure(value, ends));
          }
        });
    return new Figures(
        tally.examples(),
        figures.getOrDefault(Metric.LOSS, Double.NaN),
        figures.getOrDefault(Metric.ACCURACY, Double.NaN),
        interval.map(WilsonInterval::low).orElse(Double.NaN),
        interval.map(WilsonInterval::high).orElse(Double.NaN),
        figures.getOrDefault(Metric.MACRO_F1, Double.NaN),
        classes(tally.counts().getOrDefault(Tally.LABELS, List.of()), model.labels()),
        metrics);
  }

  private static List<ClassFigures> classes(List<LabelCounts> counts, List<String> labels) {
    List<ClassFigures> classes = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      LabelFigures label = counts.get(i).figures();
      classes.add(
          new ClassFigures(
              labels.get(i),
              label.precision(),
              label.recall(),
              label.f1(),
              counts.get(i).support()));
    }
    return classes;
  }
}
