package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
  public Tally tally() {
    return tally(confusion());
  }

  private ConfusionMatrix confusion() {
    var matrix = new ConfusionMatrix(labels.size());
    for (Sequence sequence : sequences) {
      for (int i = 0; i < sequence.truth().length; i++) {
        matrix.add(sequence.truth()[i], sequence.prediction()[i]);
      }
    }
    return matrix;
  }

  private Tally tally(ConfusionMatrix matrix) {
    double loss = 0;
    for (Sequence sequence : sequences) {
      loss += sequence.loss();
    }
    SortedMap<String, Double> sums = new TreeMap<>();
    sums.put(Tally.LOSS, loss);
    sums.put(Tally.RIGHT, (double) matrix.hits());
    SortedMap<String, List<LabelCounts>> counts = new TreeMap<>();
    counts.put(Tally.LABELS, matrix.labels());
    entities(false).ifPresent(found -> counts.put(Tally.ENTITIES, found.all()));
    entities(true).ifPresent(found -> counts.put(Tally.STRICT_ENTITIES, found.all()));
    return new Tally(kind(), matrix.examples(), sums, counts);
  }

  @Override
  public MetricReport report() {
    ConfusionMatrix matrix = confusion();
    Tally tally = tally(matrix);
    return new MetricReport(
        kind(),
        matrix.examples(),
        tally.figures(),
        Interval.of(tally),
        entities(false).map(EntityFigures::classes).orElseGet(() -> matrix.classes(labels)),
        labels.size() > MetricReport.LARGEST_CONFUSION ? List.of() : matrix.rows());
  }
}
