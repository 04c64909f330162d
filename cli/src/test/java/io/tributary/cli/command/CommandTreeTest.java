package io.tributary.cli.command;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandTreeTest {
  @TempDir Path folder;

  private static CommandLine root() {
    return new CommandTree(
            new Surroundings(System.out, System.err, Map.of(), Path.of("/"), false, 100))
        .root();
  }

  static List<String> commands() {
    List<String> names = new ArrayList<>();
    collect("", root(), names);
    return names;
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.split(" ", -1));
  }

  private static void collect(String path, CommandLine command, List<String> names) {
    command
        .getSubcommands()
        .forEach(
            (name, inner) -> {
              names.add((path + " " + name).strip());
              collect(path + " " + name, inner, names);
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_everyCommand_describesItselfWithAnExample(String command) {
    var arguments = new ArrayList<>(words(command));
    arguments.add("--help");
    Runner.Result result = new Runner(folder).run(arguments.toArray(String[]::new));
    assertEquals(0, result.exitCode(), result.err());
    assertEquals("", result.err());
    assertTrue(result.out().contains("Example"), result.out());
    assertTrue(result.out().contains("tributary " + words(command).get(0)), result.out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void options_everyCommand_describesEachAndHasJson(String name) {
    CommandLine command = root();
    for (String part : words(name)) {
      command = requireNonNull(command.getSubcommands().get(part));
    }
    command
        .getCommandSpec()
        .options()
        .forEach(o -> assertTrue(o.description().length > 0, name + " " + o.longestName()));
    if (command.getSubcommands().isEmpty()) {
      assertFalse(command.getCommandSpec().findOption("--json") == null, name);
    }
  }

  @Test
  void reference_page_listsEveryCommand() throws IOException {
    Path page = Path.of("..", "docs", "reference", "commands.md");
    String expected = CommandReference.markdown(root());
    if (Boolean.getBoolean("tributary.write-reference")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, expected);
    }
    assertEquals(
        expected,
        Files.readString(page),
        "write it anew: mvn -pl cli test -Dtest=CommandTreeTest -Dtributary.write-reference=true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crts init|tributary: unknown command \"crts\"|Did you mean \"certs\"?",
        "run wach x|tributary run: unknown command \"wach\"|Did you mean \"watch\"?",
        "noed run --config x|tributary: unknown command \"noed\"|Did you mean \"node\"?",
        "version --jsno|tributary version: unknown option \"--jsno\"|Did you mean \"--json\"?",
        "certs|tributary certs: no command given|See: tributary certs --help",
        "run show|tributary run show: Missing required parameter|See: tributary run show --help",
        "demo --nodes many|tributary demo: Invalid value|See: tributary demo --help",
        "demo --nodes 0|tributary: --nodes: 0 (expected: 1 to 20)|Choose another number.",
        "version extra|tributary version: unexpected argument \"extra\"|See: tributary version --help",
      })
  void run_wrongCommandLine_isOneLineAndExitCode2(String line, String start, String part) {
    Runner.Result result = new Runner(folder).run(words(line).toArray(String[]::new));
    assertEquals(2, result.exitCode());
    assertEquals("", result.out());
    assertEquals(1, result.errLines().size(), result.err());
    assertTrue(result.err().startsWith(start), result.err());
    assertTrue(result.err().contains(part), result.err());
  }

  @Test
  void version_json_isOneObject() {
    Runner.Result result = new Runner(folder).run("version", "--json");
    assertEquals(0, result.exitCode());
    assertTrue(result.out().startsWith("{\"commit\":"), result.out());
    assertEquals(1, result.out().lines().count());
  }

  @Test
  void tree_ofAFirstWord_holdsThatCommandAlone() {
    var surroundings = new Surroundings(System.out, System.err, Map.of(), folder, false, 100);
    assertEquals(
        Set.of("nodes"), new CommandTree(surroundings, "nodes").root().getSubcommands().keySet());
    assertEquals(
        root().getSubcommands().keySet(),
        new CommandTree(surroundings, "node-s").root().getSubcommands().keySet());
  }
}
