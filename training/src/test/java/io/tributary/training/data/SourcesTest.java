package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.Turn.Speaker;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources other than texts and rows of numbers with one label: what they give and refuse. */
class SourcesTest {
  private static final List<String> LABELS = List.of("cat", "dog");
  private static final List<String> TAGS = List.of("O", "B-PER", "I-PER");

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static SourceSpec source(Path file, String json) {
    Settings settings = Settings.of("data", JsonReader.read(json));
    SourceSpec source = SourceSpec.read(settings, file);
    settings.finish();
    return source;
  }

  private static Examples load(SourceSpec source, List<String> labels) {
    DatasetSpec spec = DatasetSpec.heldOut(source);
    assertEquals(spec, DatasetSpec.parse(JsonReader.read(spec.toJson().canonical())));
    return Examples.load(spec, labels);
  }

  private static String refusal(SourceSpec source, List<String> labels) {
    var refusal = assertThrows(FederationException.class, () -> load(source, labels));
    assertEquals(ErrorKind.INVALID_DATA, refusal.kind());
    assertFalse(refusal.sentence().contains("\n"));
    return refusal.sentence();
  }

  private static void assertBegins(String start, String sentence) {
    assertTrue(sentence.startsWith(start), sentence);
  }

  // pictures

  private Path pictures() throws IOException {
    Path root = folder.resolve("pictures");
    for (String name : List.of("dog/b.png", "cat/sub/z.PNG", "cat/a.png", "cat/.hidden.png")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      var image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
      image.setRGB(1, 2, 0x102030 + name.length());
      ImageIO.write(image, "png", file.toFile());
    }
    Files.writeString(root.resolve("cat/notes.txt"), "x");
    return root;
  }

  @Test
  void imageFolder_foldersOfPictures_areLabelsInTheOrderOfNames() throws IOException {
    SourceSpec source = source(pictures(), "{}");
    assertEquals(SourceFormat.IMAGE_FOLDER, source.format());
    assertEquals(LABELS, LabelSurvey.of(DatasetSpec.heldOut(source)));
    Examples examples = load(source, LABELS);
    assertEquals(3, examples.train().size());
    assertEquals(1, examples.train().label(2));
    var image = (Input.Image) examples.train().get(0).input();
    Pixels pixels = image.picture().pixels();
    assertEquals("Pixels[4 x 3 x 3]", pixels.toString());
    assertEquals(0x30 + "cat/a.png".length(), pixels.at(1, 2, 2));
    assertEquals(2L, examples.card().perLabel().get("cat"));
  }

  @Test
  void imageFolder_copiesOfAPicture_areDuplicatesUnderAnyName() throws IOException {
    Path root = pictures();
    Files.copy(root.resolve("cat/a.png"), root.resolve("cat/copy.png"));
    DatasetSpec spec =
        DatasetSpec.heldOut(source(root, "{}"))
            .withCleaning(new CleaningSpec(true, false, true, true));
    assertEquals(3, Examples.load(spec, LABELS).train().size());
    assertEquals(1L, Examples.load(spec, LABELS).card().cleaning().get("dropped-duplicates"));
    var report = DataCheck.run(DatasetSpec.heldOut(source(root, "{}")), LABELS);
    assertTrue(report.findings().stream().anyMatch(f -> f.code().equals("duplicates")));
  }

  @Test
  void imageFolder_wrongFolders_areRefused() throws IOException {
    assertBegins(
        "pictures, a folder: unknown label \"dog\" (expected: one of cat",
        refusal(source(pictures(), "{}"), List.of("cat")));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertBegins("empty: no folders", refusal(source(empty, "{}"), LABELS));
    Path file = file("a.txt", "");
    assertBegins("a.txt: a file", refusal(source(file, "{\"source\": \"image-folder\"}"), LABELS));
    var none = source(folder.resolve("nowhere"), "{\"source\": \"image-folder\"}");
    assertEquals(
        ErrorKind.NOT_FOUND,
        assertThrows(FederationException.class, () -> load(none, LABELS)).kind());
  }

  @Test
  void imageFolder_shareForValidation_isTakenOfEachLabel() throws IOException {
    DatasetSpec spec =
        DatasetSpec.heldOut(source(pictures(), "{}")).withValidation(ValidationSpec.ofShare(0.5));
    Examples examples = Examples.load(spec, LABELS);
    assertEquals(3, examples.train().size() + examples.validation().size());
    assertEquals(examples.card(), Examples.load(spec, LABELS).card());
  }

  private static byte[] idx(int magic, int[] sizes, byte[] values) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(magic);
    for (int size : sizes) {
      out.writeInt(size);
    }
    out.write(values);
    return bytes.toByteArray();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] threePictures() throws IOException {
    byte[] values = new byte[3 * 2 * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (20 * i);
    }
    return idx(0x803, new int[] {3, 2, 2}, values);
  }

  private SourceSpec idxSource(byte[] pictures, byte[] labels) throws IOException {
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    Files.write(file, pictures);
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), labels);
    return source(file, "{\"labels\": {\"0\": \"cat\", \"1\": \"dog\"}}");
  }

  private static byte[] threeLabels() throws IOException {
    return idx(0x801, new int[] {3}, new byte[] {1, 0, 1});
  }

  @Test
  void idx_packedOrNot_givesTheSamePictures() throws IOException {
    Examples plain = load(idxSource(threePictures(), threeLabels()), LABELS);
    Examples gzip = load(idxSource(packed(threePictures()), packed(threeLabels())), LABELS);
    assertEquals(plain.card(), gzip.card());
    assertEquals(3, gzip.train().size());
    assertEquals(1, gzip.train().label(0));
    Pixels second = ((Input.Image) gzip.train().get(1).input()).picture().pixels();
    assertArrayEquals(new byte[] {80, 100, 120, (byte) 140}, second.values());
    assertEquals(
        LABELS, LabelSurvey.of(DatasetSpec.heldOut(idxSource(threePictures(), threeLabels()))));
  }

  @Test
  void idx_wrongFiles_areRefused() throws IOException {
    assertBegins(
        "train-images-idx3-ubyte.gz, byte 0: magic number 0x00000801",
        refusal(idxSource(threeLabels(), threeLabels()), LABELS));
    assertBegins(
        "train-labels-idx1-ubyte.gz: 2 labels (expected: 3, one for each picture)",
        refusal(idxSource(threePictures(), idx(0x801, new int[] {2}, new byte[] {1, 0})), LABELS));
    assertBegins(
        "train-labels-idx1-ubyte.gz, entry 1: unknown label \"7\"",
        refusal(
            idxSource(threePictures(), idx(0x801, new int[] {3}, new byte[] {7, 0, 1})), LABELS));
    byte[] huge = idx(0x803, new int[] {Integer.MAX_VALUE, 1 << 15, 1 << 15}, new byte[4]);
    assertBegins(
        "train-images-idx3-ubyte.gz: cut off", refusal(idxSource(huge, threeLabels()), LABELS));
    assertBegins(
        "train-images-idx3-ubyte.gz: ", refusal(idxSource(packed(huge), threeLabels()), LABELS));
    Path other = Files.write(folder.resolve("x.idx"), threePictures());
    assertBegins("x.idx: a name without", refusal(source(other, "{}"), LABELS));
  }

  @Test
  void idx_changedBytes_areReadOrRefused() throws IOException {
    for (byte[] whole : List.of(threePictures(), packed(threePictures()))) {
      for (long seed = 0; seed < 150; seed++) {
        SourceSpec source = idxSource(Mutations.of(whole, seed), threeLabels());
        Mutations.assertReadOrRefused(
            seed, () -> Examples.load(DatasetSpec.heldOut(source), LABELS));
      }
    }
  }

  // tables

  private static final String TABLE = "age,shop,label\n20,north,cat\n,south,dog\n40,west,cat\n";
  private static final String TYPED =
      "{\"features\": [\"age\"], \"categories\": {\"shop\": [\"north\", \"south\"]}%s}";

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
  void watched_everySource_namesWhatChangesWithTheExamples() throws IOException {
    assertEquals(4, source(pictures(), "{}").watched().size());
    assertEquals(2, idxSource(threePictures(), threeLabels()).watched().size());
    Path file = file("t.csv", TABLE);
    assertEquals(List.of(file), source(file, "{}").watched());
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

  /** A chat that begins with this message and goes on with the rest. */
  private static String message(String role, String content, String rest) {
    String one = "{\"role\":\"" + role + "\",\"content\":\"" + content + "\"}";
    return rest.equals("]}") ? one + rest : one + "," + rest;
  }

  private static final String CONLL =
      "-DOCSTART- -X- O\n\nAda NNP B-PER\nLovelace NNP I-PER\nwrote VBD O\n\n\nIt PRP O\n";

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

  @Test
  void split_pictures_isRefusedWithAdvice() throws IOException {
    SourceSpec source = source(pictures(), "{}");
    var refusal =
        assertThrows(
            FederationException.class,
            () -> FileSplit.stratified(source, SplitPart.parse("a=50%,b=50%"), 1, folder));
    assertTrue(refusal.sentence().contains("validation: 10%"), refusal.sentence());
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
    for (long seed = 0; seed < 400; seed++) {
      Path first = Files.write(folder.resolve("m.conll"), Mutations.of(conll, seed));
      Path second = Files.write(folder.resolve("m.jsonl"), Mutations.of(messages, seed));
      Path third = Files.write(folder.resolve("m.csv"), Mutations.of(table, seed));
      Mutations.assertReadOrRefused(seed, () -> Examples.load(held(first, "{}"), TAGS));
      Mutations.assertReadOrRefused(
          seed, () -> Examples.load(held(second, "{\"messages\": \"messages\"}"), List.of()));
      Mutations.assertReadOrRefused(seed, () -> Examples.load(held(third, typed), LABELS));
    }
  }

  private static DatasetSpec held(Path file, String json) {
    return DatasetSpec.heldOut(source(file, json));
  }
}
