package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every refusal of data, with the place that it names. */
class DataRefusalTest {
  private static final List<String> LABELS = List.of("asthma", "pneumonia");

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static FederationException refusal(SourceSpec source) {
    return assertThrows(
        FederationException.class, () -> Examples.load(DatasetSpec.ofTraining(source), LABELS));
  }

  private static void assertSays(FederationException refusal, String... parts) {
    assertEquals(ErrorKind.INVALID_DATA, refusal.kind());
    assertFalse(refusal.sentence().contains("\n"));
    for (String part : parts) {
      assertTrue(refusal.sentence().contains(part), refusal.sentence() + " lacks " + part);
    }
  }

  private static SourceSpec texts(Path file) {
    return SourceSpec.ofTexts(file, "text", "label");
  }

  private static SourceSpec numbers(Path file, String... columns) {
    return new SourceSpec(
        SourceFormat.CSV, file, Optional.empty(), List.of(columns), "label", new TreeMap<>(), ',');
  }

  @Test
  void load_emptyFile_isRefused() throws IOException {
    assertSays(refusal(texts(file("a.csv", ""))), "a.csv: empty");
  }

  @Test
  void load_headerOnly_isRefused() throws IOException {
    assertSays(refusal(texts(file("a.csv", "text,label\n"))), "a.csv: no examples");
  }

  @Test
  void load_allDroppedByCleaning_isRefused() throws IOException {
    assertSays(refusal(texts(file("a.csv", "text,label\n ,asthma\n"))), "no examples");
  }

  @Test
  void load_unknownLabel_namesRowLineAndNearest() throws IOException {
    Path file = file("a.csv", "text,label\nx,asthma\n\"two\nlines\",asthma\ny,pneumona\n");
    assertSays(refusal(texts(file)), "row 3 (line 5)", "\"pneumona\"", "nearest is \"pneumonia\"");
  }

  @Test
  void load_missingLabel_isRefused() throws IOException {
    assertSays(refusal(texts(file("a.csv", "text,label\nx,\n"))), "row 1", "no label");
  }

  @Test
  void load_missingColumn_namesNearest() throws IOException {
    assertSays(
        refusal(texts(file("a.csv", "id,texts,label\n1,x,asthma\n"))),
        "header",
        "no column \"text\"",
        "Did you mean \"texts\"?");
  }

  @Test
  void load_columnTwice_isRefused() throws IOException {
    assertSays(refusal(texts(file("a.csv", "text,text,label\n"))), "\"text\" twice");
  }

  @Test
  void load_raggedRow_namesRow() throws IOException {
    Path file = file("a.csv", "text,label\nx,asthma\ny,pneumonia,more\n");
    assertSays(refusal(texts(file)), "row 2 (line 3)", "3 fields", "2 as in the header");
  }

  @Test
  void load_openQuote_namesLineWhereItOpens() throws IOException {
    Path file = file("a.csv", "text,label\nx,asthma\n\"y,pneumonia\nz,asthma\n");
    assertSays(refusal(texts(file)), "row 2 (line 3)", "a field without end");
  }

  @Test
  void load_textBehindQuote_isRefused() throws IOException {
    Path file = file("a.csv", "text,label\n\"x\"y,asthma\n");
    assertSays(refusal(texts(file)), "row 1 (line 2)", "behind a closing quote");
  }

  @Test
  void load_brokenUtf8_namesByteAndLine() throws IOException {
    byte[] bytes = "text,label\nx,asthma\nyäz,asthma\n".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("a.csv"), bytes);
    assertSays(refusal(texts(file)), "byte 21 (line 3)", "broken UTF-8");
  }

  @Test
  void load_brokenUtf8BeyondOneBlock_namesByte() throws IOException {
    byte[] bytes =
        ("text,label\n" + "é,asthma\n".repeat(20_000) + "\u00ff").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 2] = (byte) 0xff;
    Path file = Files.write(folder.resolve("a.csv"), bytes);
    assertSays(refusal(texts(file)), "byte " + (bytes.length - 2) + " (line 20002)");
  }

  @Test
  void load_cutUtf8AtTheEnd_isRefused() throws IOException {
    byte[] bytes = "text,label\nx,asthma\n?".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 1] = (byte) 0xc3;
    Path file = Files.write(folder.resolve("a.csv"), bytes);
    assertSays(refusal(texts(file)), "byte 20 (line 3)");
  }

  @Test
  void load_oneClass_isRefusedUnlessAllowed() throws IOException {
    SourceSpec source = texts(file("a.csv", "text,label\nx,asthma\ny,asthma\n"));
    assertSays(refusal(source), "all 2 training examples", "\"asthma\"", "allow-one-class: true");
    DatasetSpec allowed = DatasetSpec.ofTraining(source).withAllowOneClass(true);
    assertEquals(2, Examples.load(allowed, LABELS).train().size());
  }

  @Test
  void load_missingFile_isNotFound() {
    FederationException refusal = refusal(texts(folder.resolve("none.csv")));
    assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
    assertTrue(refusal.sentence().contains("none.csv"));
  }

  @Test
  void load_folder_isRefused() {
    assertSays(refusal(texts(folder)), "a folder");
  }

  @Test
  void load_notANumber_namesRowAndColumn() throws IOException {
    Path file = file("a.csv", "a,b,label\n1,2,asthma\n1,\"3,5\",pneumonia\n");
    assertSays(refusal(numbers(file, "a", "b")), "row 2", "column \"b\"", "not such a number");
  }

  @Test
  void load_notFinite_isRefused() throws IOException {
    for (String value : List.of("NaN", "Infinity", "1e39", "", "0x1p3", "1f")) {
      Path file = file("a.csv", "a,label\n" + value + ",asthma\n");
      assertSays(refusal(numbers(file, "a")), "row 1", "a finite decimal number");
    }
  }

  @Test
  void load_jsonlBrokenLine_namesRow() throws IOException {
    Path file = file("a.jsonl", "{\"text\":\"x\",\"label\":\"asthma\"}\n\n{\"text\":\n");
    assertSays(refusal(texts(file)), "row 2 (line 3)", "not JSON");
  }

  @Test
  void load_jsonlOtherValue_isRefused() throws IOException {
    assertSays(refusal(texts(file("a.jsonl", "[1]\n"))), "row 1 (line 1)", "another JSON value");
  }

  @Test
  void load_jsonlMissingKey_namesNearest() throws IOException {
    Path file = file("a.jsonl", "{\"txt\":\"x\",\"label\":\"asthma\"}\n");
    assertSays(refusal(texts(file)), "row 1", "no column \"text\"", "\"txt\"");
  }

  @Test
  void load_jsonlHalfSurrogate_isRefused() throws IOException {
    Path file = file("a.jsonl", "{\"text\":\"x\\ud800\",\"label\":\"asthma\"}\n");
    assertSays(refusal(texts(file)), "row 1", "surrogate");
  }

  @Test
  void load_emptyValidationFile_isRefused() throws IOException {
    Path train = file("a.csv", "text,label\nx,asthma\ny,pneumonia\n");
    Path validation = file("v.csv", "text,label\n");
    DatasetSpec spec =
        DatasetSpec.ofTraining(texts(train)).withValidation(ValidationSpec.ofFile(validation));
    assertSays(
        assertThrows(FederationException.class, () -> Examples.load(spec, LABELS)),
        "v.csv: no examples");
  }
}
