package io.tributary.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir Path folder;

  private record Small(long rounds, String name, Path folder) {
    static Small read(Settings settings, Path folder) {
      var small =
          new Small(
              settings.section("inner").integer("rounds", 1, 9),
              settings.text("name", "none"),
              folder);
      settings.finish();
      return small;
    }
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("small.yaml"), text);
  }

  private static Overrides set(String... settings) {
    return Overrides.of("small", List.of(settings), Map.of());
  }

  @Test
  void as_fileWithoutOverrides_readsIt() throws IOException {
    Small small = ConfigFile.read(file("inner: {rounds: 3}"), Overrides.none()).as(Small::read);
    assertEquals(new Small(3, "none", folder), small);
  }

  @Test
  void as_settingAndVariable_theSettingWins() throws IOException {
    var overrides =
        Overrides.of(
            "small",
            List.of("inner.rounds=5"),
            Map.of("TRIBUTARY_SMALL_INNER__ROUNDS", "4", "TRIBUTARY_SMALL_NAME", "x y"));
    Small small = ConfigFile.read(file("inner: {rounds: 3}"), overrides).as(Small::read);
    assertEquals(new Small(5, "x y", folder), small);
  }

  @Test
  void as_valueAgainstItsRule_namesFileLineAndKey() throws IOException {
    Path file = file("name: a\ninner:\n  rounds: many\n");
    var read = ConfigFile.read(file, Overrides.none());
    var failure = assertThrows(FederationException.class, () -> read.as(Small::read));
    assertTrue(
        failure.sentence().startsWith("small.yaml:3: inner.rounds: \"many\" (expected: a whole"),
        failure.sentence());
  }

  @Test
  void as_unknownKey_namesTheNearest() throws IOException {
    var read = ConfigFile.read(file("inner: {rounds: 3}\nnam: a\n"), Overrides.none());
    var failure = assertThrows(FederationException.class, () -> read.as(Small::read));
    assertEquals(
        "small.yaml:2: nam: unknown key (expected: inner, name). Did you mean \"name\"?",
        failure.sentence());
  }

  @Test
  void of_settingWithoutEquals_refuses() {
    assertThrows(FederationException.class, () -> set("rounds"));
  }

  @Test
  void read_settingInsideAPlainValue_refuses() throws IOException {
    Path file = file("name: a");
    assertThrows(FederationException.class, () -> ConfigFile.read(file, set("name.inner=1")));
  }

  @Test
  void read_brokenUtf8_refuses() throws IOException {
    Path file = Files.write(folder.resolve("broken.yaml"), new byte[] {'a', ':', (byte) 0xff});
    var failure =
        assertThrows(FederationException.class, () -> ConfigFile.read(file, Overrides.none()));
    assertTrue(failure.sentence().contains("broken UTF-8"), failure.sentence());
  }

  @Test
  void read_missingFile_refuses() {
    Path file = folder.resolve("none.yaml");
    var failure =
        assertThrows(FederationException.class, () -> ConfigFile.read(file, Overrides.none()));
    assertTrue(failure.sentence().contains("no such file"), failure.sentence());
  }
}
