package io.tributary.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import io.tributary.training.generate.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {
  private static final Path FILE = Path.of("in.jsonl");

  @TempDir Path folder;

  private static List<JsonObject> objects(String... lines) {
    return List.of(lines).stream().map(line -> (JsonObject) JsonReader.read(line)).toList();
  }

  @Test
  void prompts_threeForms_readAsTheyAreMeant() {
    List<Prompt> prompts =
        PromptFile.prompts(
            FILE,
            objects(
                "{\"text\":\"Once\"}",
                "{\"prompt\":\"Why?\",\"id\":7}",
                "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                    + "{\"role\":\"user\",\"content\":\"u\"}]}"));
    assertEquals(new Prompt.Beginning("Once"), prompts.get(0));
    assertEquals(Prompt.question("Why?"), prompts.get(1));
    assertEquals(
        new Prompt.Dialogue(List.of(new Turn(Speaker.SYSTEM, "s"), new Turn(Speaker.USER, "u"))),
        prompts.get(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"ask\":\"x\"}|no text text",
        "{\"prompt\":7}|no text prompt",
        "{\"messages\":[7]}|a message without role",
        "{\"messages\":[{\"role\":\"judge\",\"content\":\"x\"}]}|a message without role",
        "{\"messages\":[{\"role\":\"user\"}]}|no text content",
      })
  void prompts_otherObjects_refusedWithTheirPlace(String line, String part) {
    var e =
        assertThrows(
            FederationException.class,
            () -> PromptFile.prompts(FILE, objects("{\"text\":\"ok\"}", line)));
    assertTrue(e.sentence().startsWith("in.jsonl object 2: " + part), e.sentence());
  }

  @Test
  void write_objects_areReadAgain() throws IOException {
    Path file = folder.resolve("out.jsonl");
    List<JsonObject> objects = objects("{\"text\":\"Größe\"}", "{\"a\":1}");
    PromptFile.write(file, objects);
    assertEquals(objects, PromptFile.read(file));
    assertThrows(FederationException.class, () -> PromptFile.requireNew(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
