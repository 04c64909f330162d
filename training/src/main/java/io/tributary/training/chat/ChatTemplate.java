package io.tributary.training.chat;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a model wants dialogues written: the template of {@code chat_template.jinja} or of {@code
 * tokenizer_config.json}, or {@link #PLAIN} where the model has none.
 *
 * <p>Templates see {@code messages}, {@code add_generation_prompt} and the special tokens. They
 * can't ask for the date, so that the same dialogue has the same text on every day; templates of
 * Llama then write the date that they have for that case.
 */
public final class ChatTemplate {
  /** What a model without a template gets: one line a turn, the speaker first. */
  public static final String PLAIN =
      "{% for message in messages %}"
          + "{{ message.role | capitalize }}: {{ message.content }}"
          + "{% if message.role == 'assistant' %}{{ eos_token }}{% endif %}"
          + "{{ '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}Assistant:{% endif %}";

  private static final String CONFIG = "tokenizer_config.json";
  private static final String FILE = "chat_template.jinja";
  private static final List<String> SPECIAL =
      List.of("bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token");

  private static final String TOO_DEEP = "expressions that are nested too deep";

  private final String where;
  private final List<Part> parts;
  private final Map<String, String> specialTokens;
  private final boolean own;

  private ChatTemplate(
      String where, List<Part> parts, Map<String, String> specialTokens, boolean own) {
    this.where = where;
    this.parts = List.copyOf(parts);
    this.specialTokens = Map.copyOf(specialTokens);
    this.own = own;
  }

  /** The template of a model's folder. */
  public static ChatTemplate open(Path folder) {
    Path file = folder.resolve(CONFIG);
    JsonObject config = JsonValue.object().build();
    try {
      if (Files.exists(file)) {
        config = (JsonObject) JsonReader.read(Files.readAllBytes(file));
      }
      Path alone = folder.resolve(FILE);
      if (Files.exists(alone)) {
        return of(alone.toString(), Files.readString(alone), special(config), true);
      }
    } catch (IOException | ClassCastException | FederationException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          file + ": can't be read (expected: a JSON object). Export the base model anew.",
          e);
    }
    Optional<String> inside = inside(config);
    return of(file + ": chat_template", inside.orElse(PLAIN), special(config), inside.isPresent());
  }

  /** A template by its text, for tests and for what has no folder. */
  public static ChatTemplate of(String where, String source, Map<String, String> special) {
    return of(where, source, special, true);
  }

  private static ChatTemplate of(
      String where, String source, Map<String, String> special, boolean own) {
    try {
      return new ChatTemplate(where, TemplateParser.parse(source), special, own);
    } catch (TemplateFailure e) {
      throw refusal(where, e);
    } catch (StackOverflowError e) {
      throw refusal(where, new TemplateFailure(TOO_DEEP));
    }
  }

  /** A text, or the one called {@code default} of several. */
  private static Optional<String> inside(JsonObject config) {
    JsonValue found = config.find("chat_template").orElse(null);
    if (found instanceof JsonString text) {
      return Optional.of(text.value());
    }
    if (found instanceof JsonArray several) {
      for (JsonValue item : several.items()) {
        if (item instanceof JsonObject one
            && one.find("name").orElse(null) instanceof JsonString name
            && name.value().equals("default")
            && one.find("template").orElse(null) instanceof JsonString template) {
          return Optional.of(template.value());
        }
      }
    }
    return Optional.empty();
  }

  /** The special tokens, which are texts or objects with {@code content}. */
  private static Map<String, String> special(JsonObject config) {
    Map<String, String> special = new LinkedHashMap<>();
    for (String name : SPECIAL) {
      JsonValue found = config.find(name).orElse(null);
      JsonValue content =
          found instanceof JsonObject object ? object.find("content").orElse(null) : found;
      if (content instanceof JsonString text) {
        special.put(name, text.value());
      }
    }
    return special;
  }

  /** Whether the model brought it; the plain one leaves special tokens at the start to others. */
  public boolean own() {
    return own;
  }

  /** The token that ends a text, where the tokenizer names one. */
  public Optional<String> endToken() {
    return Optional.ofNullable(specialTokens.get("eos_token"));
  }

  /**
   * The dialogue as a text.
   *
   * @param asking whether the text ends where the assistant is to speak
   */
  public String render(List<Turn> turns, boolean asking) {
    var scope = new Scope(null);
    specialTokens.forEach(scope::set);
    List<@Nullable Object> messages = new ArrayList<>();
    for (Turn turn : turns) {
      Map<String, @Nullable Object> message = new LinkedHashMap<>();
      message.put("role", turn.speaker().name().toLowerCase(Locale.ROOT));
      message.put("content", turn.text());
      messages.add(message);
    }
    scope.set("messages", messages);
    scope.set("add_generation_prompt", asking);
    scope.set("tools", null);
    scope.set("documents", null);
    var text = new StringBuilder();
    try {
      Part.write(parts, scope, text);
    } catch (TemplateFailure e) {
      throw refusal(where, e);
    } catch (StackOverflowError e) {
      throw refusal(where, new TemplateFailure(TOO_DEEP));
    }
    return text.toString();
  }

  /** A dialogue as a text with the places of the assistant's words, in UTF-16 units. */
  public record Rendered(String text, List<Span> answers) {
    public Rendered {
      answers = List.copyOf(answers);
    }
  }

  /** From one place, included, to another, excluded. */
  public record Span(int start, int end) {}

  /**
   * The dialogue as a text, and where the assistant's words stand in it, with the mark that ends a
   * turn. An answer is what a turn adds behind the text that asks for it; a template that changes
   * what was written before is refused.
   */
  public Rendered dialogue(List<Turn> turns) {
    String text = render(turns, false);
    List<Span> answers = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).speaker() == Speaker.ASSISTANT) {
        String asked = render(turns.subList(0, i), true);
        String answered = render(turns.subList(0, i + 1), false);
        if (!answered.startsWith(asked) || !text.startsWith(answered)) {
          throw refusal(
              where, new TemplateFailure("turns whose text changes with those behind them"));
        }
        int end = answered.stripTrailing().length();
        answers.add(new Span(asked.length(), end > asked.length() ? end : answered.length()));
      }
    }
    return new Rendered(text, answers);
  }

  private static FederationException refusal(String where, TemplateFailure why) {
    return new FederationException(
        ErrorKind.INVALID_DATA,
        where
            + ": "
            + why.getMessage()
            + " (expected: what docs/reference/language-models.md lists). "
            + "Mend the template, or remove it for the plain one.",
        why);
  }
}
