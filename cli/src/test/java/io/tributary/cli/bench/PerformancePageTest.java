package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.output.Console;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerformancePageTest {
  private record Named(String name) implements PerformanceBench {
    @Override
    public String heading() {
      return "Heading of " + name;
    }

    @Override
    public List<String> explanation() {
      return List.of("What it is.");
    }

    @Override
    public List<Measured> measure(Path folder, Console console) {
      return List.of();
    }
  }

  private static Measured measured(double value, Limit limit) {
    return new Measured(new Figure("b", "case", "metric", value, "ms", 100, 3), limit);
  }

  @Test
  void section_ofANewBench_isAddedBehindTheOthers() {
    String page = PerformancePage.with(PerformancePage.empty(), new Named("a"), "m", List.of());
    page =
        PerformancePage.with(page, new Named("b"), "m", List.of(measured(90, Limit.atMost(100))));
    assertTrue(page.indexOf("Heading of a") < page.indexOf("Heading of b"), page);
    assertTrue(
        page.contains("| case | metric | 90.0 | ms | ≤ 100 | 100 | 0.900 | 3 | yes |"), page);
  }

  @Test
  void section_ofABenchMeasuredAgain_replacesItsOwnAndLeavesTheOthers() {
    String page = PerformancePage.empty();
    page = PerformancePage.with(page, new Named("a"), "old machine", List.of());
    page = PerformancePage.with(page, new Named("b"), "old machine", List.of());
    String again = PerformancePage.with(page, new Named("a"), "new machine", List.of());
    assertEquals(page.replaceFirst("old machine", "new machine"), again);
  }

  @Test
  void limits_ofEitherSideAndOfRatios_areKeptOrNot() {
    assertTrue(measured(100, Limit.atMost(100)).kept());
    assertFalse(measured(101, Limit.atMost(100)).kept());
    assertFalse(measured(99, Limit.atLeast(100)).kept());
    assertTrue(measured(70, Limit.ratioAtLeast(0.7)).kept());
    assertFalse(measured(69, Limit.ratioAtLeast(0.7)).kept());
    assertFalse(measured(71, Limit.ratioAtMost(0.7)).kept());
    assertTrue(measured(0, Limit.none()).kept());
    assertEquals("≥ 0.7 ×", Limit.ratioAtLeast(0.7).text());
    assertEquals("", Limit.none().text());
  }

  @Test
  void spread_ofAFewValues_givesOnesThatWereMeasured() {
    var spread = new Spread(List.of(3.0, 1.0, 2.0, 10.0));
    assertEquals(2, spread.median());
    assertEquals(10, spread.at(0.95));
    assertEquals(1, spread.at(0));
    assertEquals(0, new Spread(List.of()).median());
  }

  @Test
  void benches_ofThePage_haveNamesOfTheirOwn() {
    List<String> names = PerformanceBenches.all().stream().map(PerformanceBench::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
  }

  @Test
  void benches_namedWrongly_areRefusedWithTheNames() {
    var refusal =
        assertThrows(FederationException.class, () -> PerformanceBenches.named("rounds,hubs"));
    assertTrue(refusal.sentence().contains("hubs"), refusal.sentence());
    assertTrue(refusal.sentence().contains("hub, start"), refusal.sentence());
  }
}
