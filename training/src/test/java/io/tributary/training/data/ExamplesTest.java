package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, mapping, cleaning and splitting. */
class ExamplesTest {
  private static final List<String> LABELS = List.of("asthma", "pneumonia");

  @TempDir Path folder;

  private DatasetSpec spec(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return DatasetSpec.ofTraining(SourceSpec.ofTexts(file, "text", "label"));
  }

  private static List<String> texts(ExamplePart part) {
    return part.texts().stream().map(TextExample::text).toList();
  }

  @Test
  void load_csvWithQuotesMarkAndLineEnds_keepsTexts() throws IOException {
    String csv =
        "\ufefftext,label\r\n\"a, \"\"b\"\"\r\nc\",asthma\r\n\r\nd \"e\",pneumonia\rf,asthma";
    Examples examples = Examples.load(spec("a.csv", csv), LABELS);
    assertEquals(List.of("a, \"b\"\r\nc", "d \"e\"", "f"), texts(examples.train()));
    assertEquals(1, examples.train().label(1));
  }

  @Test
  void load_sameRowsInThreeFormats_giveSameContent() throws IOException {
    Examples csv =
        Examples.load(spec("a.csv", "label,text\nasthma,\"x, é😀\"\npneumonia,y\n"), LABELS);
    Examples tsv =
        Examples.load(
            spec("a.tsv", "text\tlabel\tid\nx, é😀\tasthma\t1\ny\tpneumonia\t2\n"), LABELS);
    Examples jsonl =
        Examples.load(
            spec(
                "a.jsonl",
                "{\"text\":\"x, \\u00e9\\ud83d\\ude00\",\"label\":\"asthma\"}\n"
                    + "{\"label\":\"pneumonia\",\"text\":\"y\",\"more\":[1]}"),
            LABELS);
    assertEquals(csv.card(), tsv.card());
    assertEquals(csv.card(), jsonl.card());
    assertEquals(List.of("x, é😀", "y"), texts(jsonl.train()));
  }

  @Test
  void load_manyBlocks_keepsEveryRow() throws IOException {
    var content = new StringBuilder("text,label\n");
    for (int i = 0; i < 30_000; i++) {
      content.append("é").append(i).append(i % 2 == 0 ? ",asthma\n" : ",pneumonia\n");
    }
    Examples examples = Examples.load(spec("a.csv", content.toString()), LABELS);
    assertEquals(30_000, examples.train().size());
    assertEquals("é29999", examples.train().texts().get(29_999).text());
  }

  @Test
  void examples_printed_showNoContent() throws IOException {
    Examples examples =
        Examples.load(spec("a.csv", "text,label\nsecret,asthma\nb,pneumonia\n"), LABELS);
    assertFalse((examples + " " + examples.train().texts()).contains("secret"));
    assertFalse(new TabularExample(new float[] {77}, 0).toString().contains("77"));
  }

  @Test
  void load_mappedLabels_becomeThePlansLabels() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "text,label\nx,J18\ny,asthma\n");
    var source =
        new SourceSpec(
            SourceFormat.CSV,
            file,
            java.util.Optional.of("text"),
            List.of(),
            "label",
            new TreeMap<>(Map.of("J18", "pneumonia")),
            ',');
    Examples examples = Examples.load(DatasetSpec.ofTraining(source), LABELS);
    assertEquals(1, examples.train().label(0));
    assertEquals(0, examples.train().label(1));
  }

  @Test
  void load_features_becomeFloatsInTheGivenOrder() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.csv"), "a;b;label\n1; 2.5e-1 ;asthma\n-3;.5;pneumonia\n");
    var source =
        new SourceSpec(
            SourceFormat.CSV,
            file,
            java.util.Optional.empty(),
            List.of("b", "a"),
            "label",
            new TreeMap<>(),
            ';');
    Examples examples = Examples.load(DatasetSpec.ofTraining(source), LABELS);
    assertArrayEquals(new float[] {0.25f, 1}, examples.train().rows().get(0).features());
    assertArrayEquals(new float[] {0.5f, -3}, examples.train().rows().get(1).features());
  }

  @Test
  void load_allCleaningSteps_areCounted() throws IOException {
    String csv = "text,label\n a  b ,asthma\na b,asthma\n  ,asthma\na b,pneumonia\nc, pneumonia\n";
    DatasetSpec spec = spec("a.csv", csv).withCleaning(new CleaningSpec(true, true, true, true));
    Examples examples = Examples.load(spec, LABELS);
    assertEquals(List.of("a b", "a b", "c"), texts(examples.train()));
    assertEquals(
        Map.of("trimmed", 2L, "collapsed", 1L, "dropped-empty", 1L, "dropped-duplicates", 1L),
        examples.card().cleaning());
  }

  @Test
  void load_validationShare_isStratifiedAndRepeatable() throws IOException {
    var content = new StringBuilder("text,label\n");
    for (int i = 0; i < 200; i++) {
      content.append("t").append(i).append(i % 4 == 0 ? ",asthma\n" : ",pneumonia\n");
    }
    DatasetSpec spec =
        spec("a.csv", content.toString()).withValidation(ValidationSpec.ofShare(0.1));
    Examples first = Examples.load(spec, LABELS);
    Examples again = Examples.load(spec, LABELS);
    assertEquals(first, again);
    assertEquals(20, first.validation().size());
    assertEquals(5, first.validation().texts().stream().filter(e -> e.label() == 0).count());
    assertEquals(180, first.train().size());
    var all = new HashSet<>(texts(first.train()));
    all.addAll(texts(first.validation()));
    assertEquals(200, all.size());
    assertEquals(first.validation(), first.evaluated());
  }

  @Test
  void load_otherContent_givesOtherSplitAndDigest() throws IOException {
    String rows = "a,asthma\nb,pneumonia\n".repeat(50);
    ValidationSpec share = ValidationSpec.ofShare(0.1);
    Examples one =
        Examples.load(spec("a.csv", "text,label\nx,asthma\n" + rows).withValidation(share), LABELS);
    Examples other =
        Examples.load(spec("a.csv", "text,label\ny,asthma\n" + rows).withValidation(share), LABELS);
    assertNotEquals(one.card().content(), other.card().content());
  }

  @Test
  void load_validationFile_isItsOwnPart() throws IOException {
    Path validation =
        Files.writeString(folder.resolve("v.jsonl"), "{\"text\":\"v\",\"label\":\"asthma\"}");
    DatasetSpec spec =
        spec("a.csv", "text,label\nx,asthma\ny,pneumonia\n")
            .withValidation(ValidationSpec.ofFile(validation));
    Examples examples = Examples.load(spec, LABELS);
    assertEquals(List.of("x", "y"), texts(examples.train()));
    assertEquals(List.of("v"), texts(examples.validation()));
  }

  @Test
  void card_countsHidden_hasNoCounts() throws IOException {
    DatasetSpec spec = spec("a.csv", "text,label\nx,asthma\ny,pneumonia\nz,asthma\n");
    assertEquals(Map.of("asthma", 2L, "pneumonia", 1L), DatasetCards.of(spec, LABELS).perLabel());
    DatasetCard hidden = DatasetCards.of(spec.withShowCounts(false), LABELS);
    assertTrue(hidden.perLabel().isEmpty());
    assertFalse(hidden.toJson().canonical().contains("\"asthma\":2"));
  }

  @Test
  void card_throughJson_isTheSame() throws IOException {
    DatasetCard card =
        DatasetCards.of(spec("a.csv", "text,label\nx,asthma\ny,pneumonia\n"), LABELS);
    assertEquals(card, DatasetCard.parse(JsonReader.read(card.toJson().canonical())));
  }

  @Test
  void spec_asAPersonWritesIt_isReadAndTravels() throws IOException {
    String json =
        "{\"train\":{\"source\":\"csv\",\"path\":\"reports.csv\",\"text\":\"findings\","
            + "\"label\":\"code\",\"labels\":{\"J18\":\"pneumonia\"}},\"validation\":\"12.5%\"}";
    Settings settings = Settings.of("node.yaml", JsonReader.read(json));
    DatasetSpec spec = DatasetSpec.read(settings, folder);
    settings.finish();
    assertEquals(folder.resolve("reports.csv"), spec.train().path());
    assertEquals(0.125, spec.validation().share());
    assertEquals(CleaningSpec.defaults(), spec.cleaning());
    assertEquals(spec, DatasetSpec.parse(JsonReader.read(spec.toJson().canonical())));
    DatasetSpec other =
        spec.withValidation(ValidationSpec.ofFile(folder.resolve("v.csv")))
            .withCleaning(CleaningSpec.none())
            .withAllowOneClass(true)
            .withShowCounts(false);
    assertEquals(other, DatasetSpec.parse(JsonReader.read(other.toJson().canonical())));
  }

  @Test
  void spec_brokenKeys_areRefusedWithTheirPath() {
    assertRefused("{\"train\":{}}", "train.path");
    assertRefused("{\"train\":{\"path\":\"a\",\"source\":\"xml\"}}", "train.source");
    assertRefused("{\"train\":{\"path\":\"a\",\"delimiter\":\"ab\"}}", "train.delimiter");
    assertRefused("{\"train\":{\"path\":\"a\",\"text\":\"t\",\"features\":\"f\"}}", "features");
    assertRefused("{\"train\":{\"path\":\"a\"},\"validation\":\"100%\"}", "validation");
    assertRefused("{\"train\":{\"path\":\"a\"},\"validation\":\"0.1\"}", "validation");
    assertRefused("{\"train\":{\"path\":\"a\"},\"clean\":[\"shine\"]}", "clean");
  }

  private void assertRefused(String json, String key) {
    Settings settings = Settings.of("node.yaml", JsonReader.read(json));
    String sentence =
        assertThrows(FederationException.class, () -> DatasetSpec.read(settings, folder))
            .sentence();
    assertTrue(sentence.contains(key), sentence);
  }

  @Test
  void load_latin1InJsonl_isReadAsUtf8Only() throws IOException {
    Path file = folder.resolve("a.jsonl");
    Files.write(
        file, "{\"text\":\"é\",\"label\":\"asthma\"}".getBytes(StandardCharsets.ISO_8859_1));
    DatasetSpec spec = DatasetSpec.ofTraining(SourceSpec.ofTexts(file, "text", "label"));
    assertThrows(FederationException.class, () -> Examples.load(spec, LABELS));
  }
}
