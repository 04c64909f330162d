package io.tributary.cli.bench.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.DataSize;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The smallest form of {@code tributary bench aggregate}: real processes, no word about speed. */
@Timeout(300)
class AggregateBenchIT {
  @TempDir Path folder = Path.of("");

  @Test
  void run_smallRound_printsEveryFigure() {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    var surroundings = new Surroundings(print, print, Map.of(), folder, false, 200);
    var settings =
        new AggregateSettings(folder.resolve("bench"), 5, DataSize.parse("100KB"), 2, 2, true);
    AggregateBench.run(settings, new Console(surroundings, true));
    String said = out.toString(StandardCharsets.UTF_8);
    List<JsonObject> figures =
        said.lines().map(line -> (JsonObject) JsonReader.read(line)).toList();
    assertEquals(
        List.of("throughput", "gate", "VmHWM", "VmHWM", "VmHWM", "VmHWM", "VmHWM spread"),
        figures.stream().map(figure -> text(figure, "metric")).toList(),
        said);
    assertEquals("5 x 100KB", text(figures.get(0), "case"));
    assertEquals("64 x 100KB", text(figures.get(5), "case"));
    for (JsonObject figure : figures) {
      assertEquals("aggregate", text(figure, "bench"));
      assertTrue(Double.parseDouble(figure.find("value").orElseThrow().canonical()) >= 0, said);
    }
  }

  private static String text(JsonObject figure, String key) {
    return figure.find(key).orElseThrow().canonical().replace("\"", "");
  }
}
