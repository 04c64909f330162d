package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.data.Turn.Speaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Rows other than a text or numbers with one label: what they give and refuse. */
class RowSourcesTest extends SourceCase {

  private static Input.Row row(Examples examples, int at) {
    return (Input.Row) examples.train().get(at).input();
  }

  @Test
  void table_categoriesAndMissingNumbers_becomePositionsAndMeans() throws IOException {
    Path file = file("t.csv", TABLE);
    Examples examples =
        load(source(file, String.format(Locale.ROOT, TYPED, ", \"missing\": \"mean\"")), LABELS);
    assertEquals(new Input.Row(new float[] {20}, new int[] {1}), row(examples, 0));
    assertEquals(new Input.Row(new float[] {30}, new int[] {2}), row(examples, 1));
    assertEquals(new Input.Row(new float[] {40}, new int[] {0}), row(examples, 2));
  }

  @Test
  void table_standardized_hasMeanZeroAndDeviationOneOverTheTrainingPart() throws IOException {
    var rows = new StringBuilder("x,y,constant,label\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i * i).append(',').append(1e6 + i).append(",7,").append(LABELS.get(i % 2));
      rows.append('\n');
    }
    SourceSpec source =
        source(
            file("t.csv", rows.toString()),
            "{\"features\": [\"x\", \"y\", \"constant\"], \"standardize\": \"training\"}");
    Examples examples =
        Examples.load(
            DatasetSpec.heldOut(source).withValidation(ValidationSpec.ofShare(0.3)), LABELS);
    assertFalse(examples.validation().isEmpty());
    for (int column = 0; column < 2; column++) {
      double sum = 0;
      double squares = 0;
      for (TabularExample one : examples.train().rows()) {
        sum += one.features()[column];
        squares += one.features()[column] * one.features()[column];
      }
      assertEquals(0, sum / examples.train().size(), 1e-4);
      assertEquals(1, squares / examples.train().size(), 1e-4);
    }
    assertEquals(0, examples.train().rows().get(0).features()[2]);
  }

  @Test
  void table_declaredScales_needNoTrainingPart() throws IOException {
    Path file = file("t.csv", TABLE);
    String keys = ", \"missing\": \"mean\", \"scales\": {\"age\": [10, 5]}";
    SourceSpec source = source(file, String.format(Locale.ROOT, TYPED, keys));
    assertFalse(source.learnsFromTraining());
    Examples examples = load(source, LABELS);
    assertEquals(new Input.Row(new float[] {2}, new int[] {1}), row(examples, 0));
    assertEquals(new Input.Row(new float[] {0}, new int[] {2}), row(examples, 1));
    String learned = String.format(Locale.ROOT, TYPED, ", \"missing\": \"mean\"");
    assertTrue(source(file, learned).learnsFromTraining());
  }

  @Test
  void table_numberToForetell_isTheTarget() throws IOException {
    Path file = file("t.csv", "x,price\n1,2.5\n2,-3\n");
    SourceSpec source =
        source(file, "{\"features\": [\"x\"], \"label\": \"price\", \"target\": \"number\"}");
    Examples examples = Examples.load(DatasetSpec.ofTraining(source), List.of());
    assertEquals(new Target.Value(2.5f), examples.train().get(0).target());
    assertEquals(Example.NO_LABEL, examples.train().label(0));
    var refusal = assertThrows(FederationException.class, () -> examples.train().rows());
    assertBegins("examples: rows with numbers to foretell (expected: texts", refusal.sentence());
  }

  @Test
  void table_wrongCells_areRefusedWithRowAndColumnAndNeverQuoted() throws IOException {
    Path file = file("t.csv", TABLE);
    assertBegins(
        "t.csv, row 2 (line 3), column \"age\": empty (expected: a finite",
        refusal(source(file, String.format(Locale.ROOT, TYPED, "")), LABELS));
    Path empty = file("e.csv", "age,shop,label\n,north,cat\nNA,south,dog\n");
    assertBegins(
        "e.csv, column \"age\": no number in the training part",
        refusal(
            source(empty, String.format(Locale.ROOT, TYPED, ", \"missing\": \"mean\"")), LABELS));
    Path secret = file("s.csv", "x,price\n1,secret\n");
    String sentence =
        refusal(
            source(secret, "{\"features\": [\"x\"], \"label\": \"price\", \"target\": \"number\"}"),
            List.of());
    assertBegins("s.csv, row 1 (line 2), column \"price\": not such a number", sentence);
    assertFalse(sentence.contains("secret"));
  }

  @Test
  void jsonl_missingCategory_isUnknownAndMissingNumberTheMean() throws IOException {
    Path file =
        file("t.jsonl", "{\"age\":1,\"label\":\"cat\"}\n{\"shop\":\"south\",\"label\":\"dog\"}\n");
    Examples examples =
        load(source(file, String.format(Locale.ROOT, TYPED, ", \"missing\": \"mean\"")), LABELS);
    assertEquals(new Input.Row(new float[] {1}, new int[] {0}), row(examples, 0));
    assertEquals(new Input.Row(new float[] {1}, new int[] {2}), row(examples, 1));
  }

  // prompts

  @Test
  void prompts_bothForms_giveTheSameDialogue() throws IOException {
    Path pairs =
        file(
            "p.jsonl",
            "{\"q\":\" Why? \",\"a\":\"So.\",\"s\":\"Be brief.\"}\n"
                + "{\"q\":\"x\",\"a\":\" \",\"s\":\"\"}");
    Examples first =
        load(source(pairs, "{\"prompt\": \"q\", \"answer\": \"a\", \"system\": \"s\"}"), List.of());
    Path chat =
        file(
            "c.jsonl",
            "{\"messages\":["
                + message(
                    "system",
                    "Be brief.",
                    message("user", "Why?", message("assistant", "So.", "]}"))));
    Examples second = load(source(chat, "{\"messages\": \"messages\"}"), List.of());
    var expected =
        new Input.Dialogue(
            List.of(
                new Turn(Speaker.SYSTEM, "Be brief."),
                new Turn(Speaker.USER, "Why?"),
                new Turn(Speaker.ASSISTANT, "So.")));
    assertEquals(
        List.of(new OtherExample(expected, new Target.Within())), first.train().examples());
    assertEquals(first.train(), second.train());
    assertEquals(first.card().content(), second.card().content());
    assertEquals(1L, first.card().cleaning().get("dropped-empty"));
    assertFalse(second.train().get(0).toString().contains("brief"));
  }

  @Test
  void messages_ofAnotherForm_areRefusedWithTheRow() throws IOException {
    for (String messages :
        List.of(
            "\"text\"",
            "[]",
            "[3]",
            ("["
                    + message(
                        "user", "x", message("system", "secret", message("assistant", "y", "]}"))))
                .replace("]}", "]"),
            "[{\"role\":\"user\",\"content\":\"secret\"}]",
            "[{\"role\":\"robot\",\"content\":\"secret\"}]",
            "[{\"role\":\"assistant\"}]",
            "[{\"role\":\"assistant\",\"content\":[\"secret\"]}]",
            "[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"system\",\"content\":\"secret\"}]")) {
      Path file = file("c.jsonl", "\n{\"messages\":" + messages + "}\n");
      String sentence = refusal(source(file, "{\"messages\": \"messages\"}"), List.of());
      assertBegins("c.jsonl, row 1 (line 2), column \"messages\": ", sentence);
      assertFalse(sentence.contains("secret"), sentence);
    }
  }

  // tags

  @Test
  void tags_conllAndJsonl_giveTheSameSentences() throws IOException {
    Examples conll = load(source(file("a.conll", CONLL), "{}"), TAGS);
    Path lines =
        file(
            "a.jsonl",
            """
            {"tokens":["Ada","Lovelace","wrote"],"ner":[1,2,0]}
            {"tokens":["It"],"ner":[0]}
            {"tokens":[],"ner":[]}
            """);
    Examples jsonl =
        load(
            source(
                lines,
                "{\"tokens\": \"tokens\", \"label\": \"ner\","
                    + " \"labels\": {\"0\": \"O\", \"1\": \"B-PER\", \"2\": \"I-PER\"}}"),
            TAGS);
    assertEquals(conll.train(), jsonl.train());
    assertEquals(new Target.Tags(List.of(1, 2, 0)), conll.train().get(0).target());
    assertEquals(conll.card().content(), jsonl.card().content());
    assertEquals(2L, conll.card().perLabel().get("O"));
    assertEquals(
        List.of("B-PER", "I-PER", "O"),
        LabelSurvey.of(DatasetSpec.heldOut(source(folder.resolve("a.conll"), "{}"))));
  }

  @Test
  void tags_wrongFiles_areRefused() throws IOException {
    assertBegins(
        "a.conll, line 2: 3 columns (expected: 2 as before)",
        refusal(source(file("a.conll", "Ada B-PER\nwrote a O\n"), "{}"), TAGS));
    assertBegins(
        "a.conll, line 1: 1 columns (expected: two or more",
        refusal(source(file("a.conll", "Ada\n"), "{}"), TAGS));
    assertBegins(
        "a.conll, row 2 (line 3): unknown label \"B-LOC\"",
        refusal(source(file("a.conll", "Ada B-PER\n\nRome B-LOC\n"), "{}"), TAGS));
    SourceSpec lines =
        source(file("a.jsonl", "{\"t\":[\"a\",\"b\"],\"label\":[\"O\"]}"), "{\"tokens\": \"t\"}");
    assertBegins("a.jsonl, row 1 (line 1): 2 words and 1 tags", refusal(lines, TAGS));
    lines = source(file("a.jsonl", "{\"t\":[1],\"label\":[\"O\"]}"), "{\"tokens\": \"t\"}");
    assertBegins("a.jsonl, row 1 (line 1), column \"t\": an entry", refusal(lines, TAGS));
    lines = source(file("a.jsonl", "{\"t\":[\"a\"],\"label\":\"O\"}"), "{\"tokens\": \"t\"}");
    assertBegins("a.jsonl, row 1 (line 1), column \"label\": another", refusal(lines, TAGS));
  }

  @Test
  void split_conll_keepsSentencesTogether() throws IOException {
    SourceSpec source = source(file("a.conll", CONLL), "{}");
    var written =
        FileSplit.stratified(source, SplitPart.parse("a=50%,b=50%"), 1, folder.resolve("parts"));
    long rows = 0;
    for (FileSplit.Written part : written) {
      assertTrue(part.file().toString().endsWith(".conll"));
      rows += part.rows() == 0 ? 0 : load(source.withPath(part.file()), TAGS).train().size();
    }
    assertEquals(2, rows);
  }

  // pairs and lists of labels

  @Test
  void pairs_twoTexts_areOneExample() throws IOException {
    Path file = file("p.tsv", "one\ttwo\tlabel\nA cat.\tA dog.\tdog\nx\t \tcat\n");
    Examples examples = load(source(file, "{\"text\": \"one\", \"pair\": \"two\"}"), LABELS);
    assertEquals(1, examples.train().size());
    assertEquals(new Input.Pair("A cat.", "A dog."), examples.train().get(0).input());
    assertThrows(FederationException.class, () -> examples.train().texts());
  }

  @Test
  void labels_listOrSeparated_giveTheSameSets() throws IOException {
    Path csv = file("l.csv", "text,label\nboth,dog|cat\nnone,\none,dog\n");
    Path jsonl =
        file(
            "l.jsonl",
            """
            {"text":"both","label":["cat","dog","dog"]}
            {"text":"none","label":[]}
            {"text":"one","label":["dog"]}
            """);
    Examples first = load(source(csv, "{\"target\": \"labels\"}"), LABELS);
    Examples second = load(source(jsonl, "{\"target\": \"labels\"}"), LABELS);
    assertEquals(first.train(), second.train());
    assertEquals(first.card().content(), second.card().content());
    assertEquals(new Target.Labels(List.of(0, 1)), first.train().get(0).target());
    assertEquals(2L, first.card().perLabel().get("dog"));
    assertBegins(
        "l.csv, row 1 (line 2): unknown label \"dog\"",
        refusal(source(csv, "{\"target\": \"labels\"}"), List.of("cat")));
    assertEquals(LABELS, LabelSurvey.of(DatasetSpec.heldOut(first(csv))));
  }

  private static SourceSpec first(Path csv) {
    return source(csv, "{\"target\": \"labels\"}");
  }

  @Test
  void text_thatIsAList_isRefused() throws IOException {
    Path file = file("l.jsonl", "{\"text\":[\"a\"],\"label\":\"cat\"}\n");
    assertBegins(
        "l.jsonl, row 1 (line 1), column \"text\": a list (expected: a text)",
        refusal(source(file, "{}"), LABELS));
  }

  // keys

  @Test
  void keys_thatDontFit_areRefused() throws IOException {
    Path csv = file("k.csv", "");
    for (String json :
        List.of(
            "{\"text\": \"a\", \"messages\": \"b\"}",
            "{\"features\": [\"a\"], \"categories\": {\"a\": [\"x\"]}}",
            "{\"categories\": {\"a\": []}}",
            "{\"categories\": {\"a\": [\"x\", \"x\"]}}",
            "{\"target\": \"tags\"}",
            "{\"missing\": \"zero\", \"features\": [\"a\"]}",
            "{\"separator\": \"\"}",
            "{\"features\": [\"a\"], \"scales\": {\"b\": [1, 2]}}",
            "{\"features\": [\"a\"], \"scales\": {\"a\": [1]}}",
            "{\"features\": [\"a\"], \"scales\": {\"a\": [1, 0]}}",
            "{\"features\": [\"a\"], \"scales\": {\"a\": [1, \"x\"]}}",
            "{\"source\": \"image-folder\", \"text\": \"a\"}")) {
      var refusal = assertThrows(FederationException.class, () -> source(csv, json), json);
      assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    }
  }

  @Test
  void check_everyKind_findsNothingUnreadable() throws IOException {
    var sources =
        List.of(
            source(pictures(), "{}"),
            source(file("a.conll", CONLL), "{}"),
            source(file("l.csv", "text,label\nboth,dog|cat\nx,dog\n"), "{\"target\": \"labels\"}"),
            source(file("c.jsonl", "{\"q\":\"a\",\"answer\":\"b\"}"), "{\"prompt\": \"q\"}"));
    for (SourceSpec source : sources) {
      DatasetSpec spec = DatasetSpec.heldOut(source);
      DataCheckReport report = DataCheck.run(spec, LabelSurvey.of(spec));
      assertTrue(report.usable(), report.toJson().canonical());
      assertNotEquals(List.of(), report.findings());
    }
  }

  @Test
  void rows_changedBytes_areReadOrRefused() throws IOException {
    byte[] conll = CONLL.getBytes(StandardCharsets.UTF_8);
    String chat =
        "{\"messages\":[" + message("user", "Wh\\u0079?", message("assistant", "So.", "]}")) + "\n";
    byte[] messages = (chat + chat).getBytes(StandardCharsets.UTF_8);
    byte[] table = TABLE.getBytes(StandardCharsets.UTF_8);
    String typed = String.format(Locale.ROOT, TYPED, ", \"missing\": \"mean\"");
    for (long seed = 0; seed < 150; seed++) {
      Path first = Files.write(folder.resolve("m.conll"), Mutations.of(conll, seed));
      Path second = Files.write(folder.resolve("m.jsonl"), Mutations.of(messages, seed));
      Path third = Files.write(folder.resolve("m.csv"), Mutations.of(table, seed));
      Mutations.assertReadOrRefused(seed, () -> Examples.load(held(first, "{}"), TAGS));
      Mutations.assertReadOrRefused(
          seed, () -> Examples.load(held(second, "{\"messages\": \"messages\"}"), List.of()));
      Mutations.assertReadOrRefused(seed, () -> Examples.load(held(third, typed), LABELS));
    }
  }
}
