package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.federation.plan.Metric;
import io.tributary.training.evaluate.TagScheme.Entity;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TagSchemeTest {
  private static final List<String> TAGS = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC");
  private static final int PER = 0;
  private static final int LOC = 1;

  private static List<Entity> entities(boolean strict, String... tags) {
    int[] positions = Arrays.stream(tags).mapToInt(TAGS::indexOf).toArray();
    return TagScheme.of(TAGS).orElseThrow().entities(positions, strict);
  }

  @Test
  void entities_wellFormed_areTheSameInBothReadings() {
    String[] tags = {"B-PER", "I-PER", "B-PER", "O", "B-LOC"};
    List<Entity> expected =
        List.of(new Entity(PER, 0, 2), new Entity(PER, 2, 3), new Entity(LOC, 4, 5));
    assertEquals(expected, entities(false, tags));
    assertEquals(expected, entities(true, tags));
  }

  @Test
  void entities_insideAfterAnotherType_beginsOneOnlyInTheLenientReading() {
    String[] tags = {"B-PER", "I-LOC", "I-LOC", "O", "I-PER"};
    assertEquals(
        List.of(new Entity(PER, 0, 1), new Entity(LOC, 1, 3), new Entity(PER, 4, 5)),
        entities(false, tags));
    assertEquals(List.of(new Entity(PER, 0, 1)), entities(true, tags));
  }

  @Test
  void of_labelsThatAreNoTags_isEmpty() {
    assertEquals(Optional.empty(), TagScheme.of(List.of("NOUN", "VERB")));
    assertEquals(Optional.empty(), TagScheme.of(List.of("O")));
    assertEquals(Optional.empty(), TagScheme.of(List.of("O", "B-")));
    assertEquals(List.of("X-Y"), TagScheme.of(List.of("B-X-Y")).orElseThrow().types());
    var sequence = new TagPredictions.Sequence(new int[] {0}, new int[] {1}, 0.25);
    MetricReport report = new TagPredictions(List.of("NOUN", "VERB"), List.of(sequence)).report();
    assertEquals(Optional.empty(), report.find(Metric.ENTITY_F1));
    assertEquals(2, report.classes().size());
  }

  @Test
  void figures_noEntities_areZero() {
    var figures = new EntityFigures(TagScheme.of(TAGS).orElseThrow(), false);
    figures.add(new int[] {0, 0}, new int[] {0, 0});
    assertEquals(new LabelFigures(0, 0, 0), figures.micro());
    assertEquals(new LabelFigures(0, 0, 0), figures.macro());
    assertTrue(figures.classes().isEmpty());
  }
}
