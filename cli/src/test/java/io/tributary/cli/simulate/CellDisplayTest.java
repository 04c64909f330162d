package io.tributary.cli.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.view.RunStatus;
import io.tributary.cli.view.Samples;
import io.tributary.federation.plan.Metric;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CellDisplayTest {
  private static final RunStatus SECOND_OF_FOUR =
      Samples.run(
          "collecting",
          "",
          List.of(Samples.round(0, 0.05, 0), Samples.round(1, 0.45, 0)),
          List.of());

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private void watch(boolean terminal) {
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var surroundings = new Surroundings(out, out, Map.of(), Path.of("/"), terminal, 100);
    var display =
        new CellDisplay(new Console(surroundings, false), "cell 1 of 2, plain", Metric.ACCURACY);
    display.begin();
    display.show(SECOND_OF_FOUR);
    display.end();
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void show_terminal_redrawsOneLineWithRoundAndNewestFigure() {
    watch(true);
    assertTrue(shown().contains("cell 1 of 2, plain: reading the data\n"), shown());
    assertTrue(
        shown().contains("cell 1 of 2, plain  [█████               ] round 2 of 4, 0.4500\n"),
        shown());
    assertTrue(shown().endsWith("\u001b[1A\u001b[J"), "the line's place is left: " + shown());
  }

  @Test
  void show_noTerminal_saysOnlyThatTheCellBegan() {
    watch(false);
    assertEquals("cell 1 of 2, plain: begun\n", shown());
    assertFalse(shown().contains("\u001b"));
  }
}
