package io.tributary.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.run.PromptFile.Asked;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.Input;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import io.tributary.training.generate.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {
  @TempDir Path folder;

  private static List<JsonObject> objects(String... lines) {
    return List.of(lines).stream().map(line -> (JsonObject) JsonReader.read(line)).toList();
  }

  /** As the lines of a file, an empty one before each. */
  private List<Asked> asked(String... lines) throws IOException {
    Path file = Files.createDirectories(folder.resolve("in")).resolve("in.jsonl");
    Files.writeString(file, "\n" + String.join("\n\n", lines) + "\n");
    return PromptFile.read(file);
  }

  private static Task task(String token) {
    return Stream.of(Task.values()).filter(t -> t.token().equals(token)).findAny().orElseThrow();
  }

  private static void assertRefused(String sentence, Executable what) {
    var e = assertThrows(FederationException.class, what);
    assertTrue(e.sentence().contains(sentence), e.sentence());
    assertEquals(1, e.sentence().lines().count(), e.sentence());
  }

  @Test
  void prompts_threeForms_readAsTheyAreMeant() throws IOException {
    List<Prompt> prompts =
        PromptFile.prompts(
            asked(
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
        "{\"ask\":\"x\"}|nothing to answer (expected: messages or prompt or text: the model",
        "{\"image\":\"x\"}|a picture (expected: messages or prompt or text: the model",
        "{\"prompt\":7}|no text under prompt",
        "{\"messages\":[7]}|a message of another form",
        "{\"messages\":[{\"role\":\"judge\",\"content\":\"x\"}]}|a message of another form",
        "{\"messages\":[{\"role\":\"user\"}]}|no text under content",
      })
  void prompts_otherObjects_refusedWithTheirPlace(String line, String part) {
    assertRefused(
        "in.jsonl line 4: " + part, () -> PromptFile.prompts(asked("{\"text\":\"ok\"}", line)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text-classification|{\"ask\":\"x\"}|nothing to answer (expected: text: the model was trained for text-classification)",
        "text-classification|{\"row\":[1]}|a row (expected: text: the model",
        "text-regression|{\"image\":\"a.png\"}|a picture (expected: text: the model",
        "token-classification|{\"row\":[1],\"prompt\":\"x\"}|a prompt and a row (expected: text or words: the model",
        "token-classification|{\"words\":[\"a\",\"\"]}|words of another form (expected: a list of texts)",
        "image-classification|{\"text\":\"x\"}|a text (expected: image: the model",
        "image-classification|{\"image\":\"a.png\"}|no readable file",
        "tabular-regression|{\"prompt\":\"x\"}|a prompt (expected: row: the model",
        "tabular-classification|{\"row\":[1,\"a\"]}|[1,\"a\"] (expected: finite numbers",
        "tabular-classification|{\"row\":\"1,NaN\"}|\"1,NaN\" (expected: finite numbers",
        "text-classification|{\"text\":7}|no text under text",
      })
  void inputs_whatTheModelDoesNotTake_refusedWithTheirPlace(String task, String line, String part) {
    assertRefused("in.jsonl line 2: " + part, () -> PromptFile.inputs(asked(line), task(task)));
  }

  @Test
  void inputs_otherKeysBesideTheTaken_arePassedOver() throws IOException {
    assertEquals(
        List.of(new Input.Text("ok")),
        PromptFile.inputs(asked("{\"text\":\"ok\",\"row\":[1]}"), Task.TEXT_CLASSIFICATION));
  }

  @Test
  void inputs_textsAndWordsMixed_refused() {
    assertRefused(
        "in.jsonl line 4: words where others have text",
        () ->
            PromptFile.inputs(
                asked("{\"text\":\"a b\"}", "{\"words\":[\"a\"]}"), Task.TOKEN_CLASSIFICATION));
  }

  @Test
  void inputs_ofAnOption_refusedByItsName() {
    JsonObject row = objects("{\"row\":\"abc\"}").get(0);
    assertRefused(
        "--row: \"abc\" (expected: finite numbers with commas between",
        () -> PromptFile.inputs(List.of(Asked.option("--row", row)), Task.TABULAR_CLASSIFICATION));
  }

  @Test
  void requireNew_withoutItsFolder_refused() {
    assertRefused(
        "--output: no folder", () -> PromptFile.requireNew(folder.resolve("none").resolve("a")));
  }

  @Test
  void write_objects_areReadAgain() throws IOException {
    Path file = folder.resolve("out.jsonl");
    List<JsonObject> objects = objects("{\"text\":\"Größe\"}", "{\"a\":1}");
    PromptFile.write(file, objects);
    assertEquals(objects, PromptFile.read(file).stream().map(Asked::object).toList());
    assertThrows(FederationException.class, () -> PromptFile.requireNew(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
