package io.tributary.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.config.NodeConfig;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.RuleName;
import io.tributary.federation.plan.ServerOptimizerName;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.config.SimulationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The reference files name every key, and their commented values are the defaults: with the marks
 * taken off, the file reads as the same configuration, and no key of it is unknown.
 */
class ReferenceFilesTest {
  private static final Path CONFIG = Path.of("..", "config");
  private static final Path FOLDER = Path.of("/reference");
  private static final Pattern DEFAULT = Pattern.compile("(?m)^(\\s*)#(?=[a-z])");
  private static final Pattern WITHOUT_DEFAULT =
      Pattern.compile("(?m)^(\\s*)# (?=[a-z][a-z-]*: [^ ]+$)");

  private static final Pattern KEY = Pattern.compile("(?m)(?:^\\s*#? ?|[{,] ?)([a-z][a-z0-9-]*):");

  private static String text(String name) throws IOException {
    return Files.readString(CONFIG.resolve(name + ".reference.yaml"));
  }

  private static Settings settings(String text) {
    return Settings.of("reference", YamlReader.read("reference", text).tree());
  }

  private static <T> void holds(String name, Function<Settings, T> reader) throws IOException {
    String text = text(name);
    T asWritten = reader.apply(settings(text));
    String allDefaults = DEFAULT.matcher(text).replaceAll("$1");
    assertTrue(!allDefaults.equals(text) || name.equals("operator"), "defaults are marked");
    assertEquals(asWritten, reader.apply(settings(allDefaults)));
    T everyKey = reader.apply(settings(WITHOUT_DEFAULT.matcher(allDefaults).replaceAll("$1")));
    assertTrue(everyKey.getClass() == asWritten.getClass(), "every key is known");
  }

  /** A key that the parser asks for and the page does not name would be nobody's to find. */
  @Test
  void plan_everyKeyOfTheParser_isOnThePage() throws IOException {
    String text = text("plan");
    Set<String> named =
        KEY.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    String asksForAll = text.replace("# early-stop: ", "early-stop: ");
    Settings settings = settings(asksForAll);
    Plan.read(settings);
    assertTrue(settings.asked().contains("train.early-stop.min-delta"), "sections are read");
    for (String key : settings.asked()) {
      assertTrue(named.contains(key.substring(key.lastIndexOf('.') + 1)), key);
    }
  }

  /**
   * Every form of a rule and of a server optimizer that the page shows is read as the name alone.
   */
  @Test
  void plan_rulesAndServerOptimizers_areShownWithTheirDefaults() throws IOException {
    String text = text("plan");
    for (RuleName rule : RuleName.values()) {
      assertShown(text, "rule", rule.token(), rule.options().isEmpty());
    }
    for (ServerOptimizerName optimizer : ServerOptimizerName.values()) {
      boolean alone = optimizer.options().isEmpty() || optimizer == ServerOptimizerName.FEDYOGI;
      assertShown(text, "server-optimizer", optimizer.token(), alone);
    }
  }

  private static void assertShown(String text, String key, String name, boolean alone) {
    var shown = Pattern.compile("\\{name: " + name + ", [^}]*}").matcher(text);
    assertTrue(alone ? text.contains(name) : shown.find(), name);
    if (!alone) {
      assertEquals(
          Plan.read(settings(text.replace("#" + key + ": ", key + ": " + name + " #"))),
          Plan.read(settings(text.replace("#" + key + ": ", key + ": " + shown.group() + " #"))));
      assertTrue(
          !Plan.read(settings(text))
              .equals(
                  Plan.read(settings(text.replace("#" + key + ": ", key + ": " + name + " #")))),
          "the name counts");
    }
  }

  @Test
  void plan_commentedValues_areTheDefaults() throws IOException {
    holds("plan", Plan::read);
  }

  @Test
  void coordinator_commentedValues_areTheDefaults() throws IOException {
    holds("coordinator", settings -> CoordinatorConfig.read(settings, FOLDER));
  }

  @Test
  void node_commentedValues_areTheDefaults() throws IOException {
    holds("node", settings -> NodeConfig.read(settings, FOLDER));
  }

  @Test
  void operator_commentedValues_areTheDefaults() throws IOException {
    holds("operator", settings -> OperatorConfig.read(settings, FOLDER));
  }

  @Test
  void simulation_commentedValues_areTheDefaults() throws IOException {
    holds("simulation", settings -> SimulationConfig.read(settings, FOLDER));
  }
}
