package io.tributary.training.evaluate;

import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One label of a set for each token of each sequence. Figures of entities are there where the label
 * set is one of IOB2 tags.
 */
public final class TagPredictions implements Predictions {
  /**
   * One sequence; tokens that don't count are left out beforehand.
   *
   * @param truth the label's position for each token
   * @param prediction of the same length
   * @param loss the sum of the tokens' losses, in nats
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // never compared; a list of boxes for each token is dear
  public record Sequence(int[] truth, int[] prediction, double loss) {}

  private final List<String> labels;
  private final List<Sequence> sequences;

  public TagPredictions(List<String> labels, List<Sequence> sequences) {
    this.labels = List.copyOf(labels);
    this.sequences = List.copyOf(sequences);
  }

  @Override
  public TaskKind kind() {
    return TaskKind.TOKEN_CLASSIFICATION;
  }

  @Override
  public int size() {
    return sequences.size();
  }

  @Override
  public TagPredictions sample(int[] positions) {
    List<Sequence> sample = new ArrayList<>(positions.length);
    for (int position : positions) {
      sample.add(sequences.get(position));
    }
    return new TagPredictions(labels, sample);
  }

  /** The entities found; empty where the labels are no IOB2 tags. */
  public Optional<EntityFigures> entities(boolean strict) {
    return TagScheme.of(labels)
        .map(
            scheme -> {
              var figures = new EntityFigures(scheme, strict);
              sequences.forEach(one -> figures.add(one.truth(), one.prediction()));
              return figures;
            });
  }

  @Override
  public MetricReport report() {
    var matrix = new ConfusionMatrix(labels.size());
    double loss = 0;
    for (Sequence sequence : sequences) {
      for (int i = 0; i < sequence.truth().length; i++) {
        matrix.add(sequence.truth()[i], sequence.prediction()[i]);
      }
      loss += sequence.loss();
    }
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    figures.put(Metric.LOSS, loss / matrix.examples());
    MatrixFigures.put(figures, matrix);
    Optional<EntityFigures> entities = entities(false);
    entities.ifPresent(found -> put(figures, found));
    entities(true).ifPresent(found -> figures.put(Metric.ENTITY_STRICT_F1, found.micro().f1()));
    var wilson = WilsonInterval.of(matrix.hits(), matrix.examples());
    return new MetricReport(
        kind(),
        matrix.examples(),
        figures,
        Optional.of(new Interval(wilson.low(), wilson.high())),
        entities.map(EntityFigures::classes).orElseGet(() -> matrix.classes(labels)),
        labels.size() > MetricReport.LARGEST_CONFUSION ? List.of() : matrix.rows());
  }

  private static void put(Map<Metric, Double> figures, EntityFigures entities) {
    LabelFigures micro = entities.micro();
    figures.put(Metric.ENTITY_F1, micro.f1());
    figures.put(Metric.ENTITY_PRECISION, micro.precision());
    figures.put(Metric.ENTITY_RECALL, micro.recall());
    figures.put(Metric.ENTITY_MACRO_F1, entities.macro().f1());
  }
}
