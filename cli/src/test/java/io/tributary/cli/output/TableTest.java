package io.tributary.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  @Test
  void render_leftAndRightColumns_alignsThem() {
    Table table = Table.of("node", ">examples", "state");
    table.row("site-1", "12", "counted").row("a", "1,234", "");
    assertEquals(
        List.of("node    examples  state", "site-1        12  counted", "a          1,234"),
        table.render(Style.PLAIN));
  }

  @Test
  void render_coloredCells_takeNoMoreRoom() {
    Table table = Table.of("a", "b");
    table.row(Style.COLORED.red("x"), "1").row("yy", "2");
    assertEquals("\u001b[31mx\u001b[0m   1", table.render(Style.PLAIN).get(1));
  }

  @Test
  void row_wrongNumberOfCells_throws() {
    assertThrows(IllegalArgumentException.class, () -> Table.of("a", "b").row("1"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, '[          ]'",
    "5, 10, '[█████     ]'",
    "33, 80, '[████▏     ]'",
    "10, 10, '[██████████]'",
    "99, 10, '[██████████]'",
    "1, 0, '[          ]'",
  })
  void progressBar_shares_fillsEighths(long done, long total, String bar) {
    assertEquals(bar, ProgressBar.render(done, total, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "999, 999 B",
    "1000, 1.0 kB",
    "91600000, 91.6 MB",
    "999999, 1.0 MB",
    "273000000, 273 MB"
  })
  void bytes_sizes_threeDigits(long bytes, String text) {
    assertEquals(text, Figures.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0.04, 0.0 s", "119.94, 119.9 s", "125.2, 2 min 05 s", "9000, 2 h 30 min", "NaN, –"})
  void seconds_spans_readable(double seconds, String text) {
    assertEquals(text, Figures.seconds(seconds));
  }
}
