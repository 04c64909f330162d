package io.tributary.cli.bench.noop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTest {
  private static Span span(long start, long micros) {
    return new Span("force", start, micros, "a file");
  }

  @Test
  void union_ofOverlapsGapsAndEdges_countsEachInstantOnce() {
    List<Span> spans = List.of(span(150, 20), span(100, 30), span(110, 10), span(120, 20));
    assertEquals(60, Span.unionMicros(spans, 0, 1_000));
    assertEquals(35, Span.unionMicros(spans, 105, 145));
    assertEquals(0, Span.unionMicros(List.of(), 0, 1_000));
  }

  @Test
  void line_parsed_isTheSame() {
    assertEquals(span(5, 6), Span.parse(span(5, 6).line()));
  }

  @Test
  void count_ofSeveralAtOnce_isTheirNumber() {
    assertEquals(1, span(0, 1).count());
    assertEquals(3, new Span("folders:3", 0, 1, "x").count());
  }
}
