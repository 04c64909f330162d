package io.tributary.training.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChatTemplateTest {
  private static final JsonObject GOLDEN = ChatCases.read("chat-templates.json");
  private static final Map<String, String> SPECIAL =
      Map.of("bos_token", "<s>", "eos_token", "</s>");
  private static final List<Turn> DIALOGUE =
      List.of(
          new Turn(Speaker.USER, "one"),
          new Turn(Speaker.ASSISTANT, " a "),
          new Turn(Speaker.USER, "two"),
          new Turn(Speaker.ASSISTANT, "b"));

  static List<JsonObject> cases() {
    return ChatCases.items(GOLDEN, "cases");
  }

  private static ChatTemplate golden(String name) {
    var templates = (JsonObject) GOLDEN.find("templates").orElseThrow();
    return ChatTemplate.of(name, ChatCases.text(templates, name), SPECIAL);
  }

  private static ChatTemplate of(String source) {
    return ChatTemplate.of("chat_template", source, SPECIAL);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void render_templatesOfManyModels_asTransformersDoes(JsonObject golden) {
    ChatTemplate template = golden(ChatCases.text(golden, "template"));
    boolean asking = golden.find("asking").orElseThrow().canonical().equals("true");
    if (golden.find("refused").isPresent()) {
      var e =
          assertThrows(
              FederationException.class, () -> template.render(ChatCases.turns(golden), asking));
      assertTrue(e.sentence().contains(ChatCases.text(golden, "refused")), e.sentence());
    } else {
      assertEquals(
          ChatCases.text(golden, "rendered"), template.render(ChatCases.turns(golden), asking));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "chatml-qwen2, ' a <|im_end|>', 'b<|im_end|>'",
    "llama3, 'a<|eot_id|>', 'b<|eot_id|>'",
    "llama3.1, 'a<|eot_id|>', 'b<|eot_id|>'",
    "llama2, ' a </s>', ' b </s>'",
    "mistral, ' a </s>', 'b</s>'",
    "gemma, 'a<end_of_turn>', 'b<end_of_turn>'",
    "qwen2.5, ' a <|im_end|>', 'b<|im_end|>'",
  })
  void dialogue_answers_spanWhatTheAssistantSaysAndItsEnd(String name, String one, String two) {
    ChatTemplate.Rendered rendered = golden(name).dialogue(DIALOGUE);
    List<String> spans =
        rendered.answers().stream()
            .map(span -> rendered.text().substring(span.start(), span.end()))
            .toList();
    assertEquals(List.of(one, two), spans);
  }

  @Test
  void dialogue_templateThatChangesEarlierTurns_refused() {
    ChatTemplate template =
        of("{% for m in messages %}{{ m.content }}{{ '.' if loop.last else ',' }}{% endfor %}");
    var e = assertThrows(FederationException.class, () -> template.dialogue(DIALOGUE));
    assertTrue(e.sentence().contains("changes with those behind"), e.sentence());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ messages | frobnicate }}; the filter frobnicate",
        "{{ messages is frobnicate }}; the test frobnicate",
        "{{ frobnicate() }}; the function frobnicate",
        "{{ strftime_now('%d') }}; the function strftime_now",
        "{{ messages[0].content.frobnicate() }}; the method frobnicate",
        "{{ nothing.part }}; a part of what is not defined",
        "{{ 'a' + 1 }}; a text +",
        "{{ 1 // 0 }}; a division by 0",
        "{{ range(1000000000) }}; a range without an end",
        "{% for i in 7 %}{% endfor %}; a loop over what is no list",
        "{{ raise_exception('no way') }}; its own refusal: no way",
        "{% set a.b = 1 %}; no namespace",
        "{{ messages[0:2:0] }}; the step 0",
      })
  void render_whatIsNotSupported_refusedInOneLine(String source, String part) {
    ChatTemplate template = of(source);
    var e = assertThrows(FederationException.class, () -> template.render(DIALOGUE, false));
    assertRefused(part, e);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{% if true %}; a missing elif or else or endif",
        "{% for m in messages %}; a missing else or endfor",
        "{% endif %}; the tag endif where",
        "{% include 'x' %}; the tag include",
        "{{ (1 }}; a tag that ends early",
        "{{ 1 2 }}; \"2\" where",
        "{{ 'open }}; a tag that does not end",
        "{{ a ? b }}; the sign ?",
        "{% if true %}a{% else %}b; a missing endif",
      })
  void of_brokenTemplates_refusedInOneLine(String source, String part) {
    assertRefused(part, assertThrows(FederationException.class, () -> of(source)));
  }

  private static void assertRefused(String part, FederationException e) {
    assertEquals(ErrorKind.INVALID_DATA, e.kind());
    assertTrue(e.sentence().contains(part), e.sentence());
    assertFalse(e.sentence().contains("\n"), e.sentence());
  }

  @Test
  void of_nestedBeyondReason_refusedAndNoStackOverflow() {
    assertThrows(FederationException.class, () -> of("{{ " + "(".repeat(5000) + " }}"));
    assertThrows(FederationException.class, () -> of("{% if a %}".repeat(5000)));
    assertThrows(FederationException.class, () -> of("{{ " + "-(".repeat(5000) + " }}"));
    String sum = "{{ 1" + " + 1".repeat(200_000) + " }}";
    assertThrows(FederationException.class, () -> of(sum).render(DIALOGUE, false));
    assertEquals("True", of("{{ " + "not ".repeat(50_000) + "1 }}").render(DIALOGUE, false));
  }

  @Test
  void render_textWithoutEnd_refused() {
    ChatTemplate template =
        of(
            "{% set ns = namespace(t='x' ) %}{% for i in range(90000) %}"
                + "{% for j in range(90000) %}{{ messages }}{% endfor %}{% endfor %}");
    assertRefused(
        "a text without an end",
        assertThrows(FederationException.class, () -> template.render(DIALOGUE, false)));
  }

  @Test
  void open_folder_fileThenConfigThenPlain(@TempDir Path folder) throws IOException {
    assertEquals(
        "User: one\nAssistant:  a \nUser: two\nAssistant: b\n",
        ChatTemplate.open(folder).render(DIALOGUE, false));
    assertFalse(ChatTemplate.open(folder).own());
    JsonObject config =
        JsonValue.object()
            .put("eos_token", JsonValue.object().put("content", "<e>").build())
            .put(
                "chat_template",
                JsonValue.array(
                    List.of(
                        JsonValue.object()
                            .put("name", "default")
                            .put("template", "{{ messages[0].content }}{{ eos_token }}")
                            .build())))
            .build();
    Files.writeString(folder.resolve("tokenizer_config.json"), config.canonical());
    assertEquals("one<e>", ChatTemplate.open(folder).render(DIALOGUE, false));
    assertTrue(ChatTemplate.open(folder).own());
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages | length }}");
    assertEquals("4", ChatTemplate.open(folder).render(DIALOGUE, false));
  }

  @Test
  void open_configThatIsNoObject_refused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), "[]");
    var e = assertThrows(FederationException.class, () -> ChatTemplate.open(folder));
    assertEquals(ErrorKind.CORRUPT, e.kind());
  }
}
