package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.training.evaluate.TagScheme.Entity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Entities found, as seqeval counts them: an entity is right where type, first and last token are.
 * Takes sequences one by one. Means are over the types that occur in labels or predictions.
 */
public final class EntityFigures {
  private final TagScheme scheme;
  private final boolean strict;
  private final long[] hits;
  private final long[] predicted;
  private final long[] support;

  /**
   * No sequences yet.
   *
   * @param strict as {@link TagScheme#entities}
   */
  public EntityFigures(TagScheme scheme, boolean strict) {
    this.scheme = scheme;
    this.strict = strict;
    int types = scheme.types().size();
    hits = new long[types];
    predicted = new long[types];
    support = new long[types];
  }

  /** One sequence: positions of tags, both of one length. */
  public void add(int[] truth, int[] prediction) {
    Set<Entity> real = new HashSet<>(scheme.entities(truth, strict));
    real.forEach(entity -> support[entity.type()]++);
    for (Entity entity : scheme.entities(prediction, strict)) {
      predicted[entity.type()]++;
      hits[entity.type()] += real.contains(entity) ? 1 : 0;
    }
  }

  public LabelFigures micro() {
    return LabelCounts.micro(counts());
  }

  public LabelFigures macro() {
    return LabelCounts.macro(counts());
  }

  public LabelFigures weighted() {
    return LabelCounts.weighted(counts());
  }

  /** A row for each type that occurs, in alphabetical order. */
  public List<ClassReport> classes() {
    List<Integer> seen = seen();
    return ClassReport.of(seen.stream().map(type -> scheme.types().get(type)).toList(), counts());
  }

  /** What the figures of each type follow from, in the order of the scheme's types. */
  List<LabelCounts> all() {
    return IntStream.range(0, hits.length)
        .mapToObj(type -> new LabelCounts(hits[type], predicted[type], support[type]))
        .toList();
  }

  private List<LabelCounts> counts() {
    List<LabelCounts> counts = new ArrayList<>();
    for (int type : seen()) {
      counts.add(new LabelCounts(hits[type], predicted[type], support[type]));
    }
    return counts;
  }

  private List<Integer> seen() {
    List<String> types = scheme.types();
    return IntStream.range(0, types.size())
        .filter(type -> predicted[type] + support[type] > 0)
        .boxed()
        .sorted((a, b) -> types.get(a).compareTo(types.get(b)))
        .toList();
  }
}
