package io.tributary.simulations.report;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class PicturesTest {
  @Test
  void holdings_eachCount_isABarOfItsLength() throws Exception {
    Document svg =
        parsed(
            HoldingsPicture.draw(
                List.of("node-1", "<node-2>"),
                List.of("a&b", "c"),
                new long[][] {{100, 50}, {0, 75}}));
    var bars = svg.getElementsByTagName("rect");
    // two of the legend, two of the first node, one of the second
    assertEquals(5, bars.getLength());
    double first = width(bars.item(2).getAttributes().getNamedItem("width").getNodeValue());
    double second = width(bars.item(3).getAttributes().getNamedItem("width").getNodeValue());
    double third = width(bars.item(4).getAttributes().getNamedItem("width").getNodeValue());
    assertEquals(2, first / second, 0.01);
    assertEquals(1.5, third / second, 0.01);
  }

  @Test
  void chart_curvesWithBands_areDrawnAndOthersLeftOut() throws Exception {
    var banded =
        new Curve(
            "with", List.of(new Curve.Point(0, 1, 0.5, 1.5), new Curve.Point(1, 2, 1.5, 2.5)));
    var plain = new Curve("without", List.of(Curve.Point.of(0, 1), Curve.Point.of(1, Double.NaN)));
    Document svg = parsed(LineChart.draw("title", List.of(banded, plain)));
    assertEquals(1, svg.getElementsByTagName("polygon").getLength());
    assertEquals(2, svg.getElementsByTagName("polyline").getLength());
    assertEquals("", LineChart.draw("title", List.of(new Curve("none", List.of()))));
    assertDoesNotThrow(
        () -> LineChart.draw("one", List.of(new Curve("one", List.of(Curve.Point.of(0, 0))))));
  }

  @Test
  void page_wordsOfOthers_areEscapedAndNothingIsFetched() {
    String html =
        new Page("<script>")
            .paragraph("a < b & c")
            .table(List.of("\"head\""), List.of(List.of("<cell>")))
            .html();
    assertFalse(html.contains("<script>"), html);
    assertTrue(html.contains("a &lt; b &amp; c"), html);
    assertTrue(html.contains("&lt;cell&gt;"), html);
    assertFalse(html.contains("http"), html);
  }

  private static double width(String text) {
    return Double.parseDouble(text);
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }
}
