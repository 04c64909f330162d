package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonBoolean;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow wrote, in every form that it writes. */
class ParquetTest extends SourceCase {
  private static final Path FILES = Path.of("src/test/resources/parquet");
  private static final String SCALARS =
      "{\"features\":[\"age\",\"income\",\"score\",\"big\",\"member\",\"price\",\"text\"]}";

  private static Path resource(String name) {
    return FILES.resolve(name + ".parquet");
  }

  private static List<JsonObject> expected() throws IOException {
    List<JsonObject> rows = new ArrayList<>();
    for (String line : Files.readAllLines(FILES.resolve("rows.jsonl"))) {
      rows.add((JsonObject) JsonReader.read(line));
    }
    return rows;
  }

  private static List<Row> rows(SourceSpec source) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  private static void assertScalar(JsonValue wanted, Row row, String column) {
    String found = row.find(column).orElse("missing");
    String where = row.where() + " " + column;
    if (wanted instanceof JsonNull) {
      assertEquals("missing", found, where);
    } else if (wanted instanceof JsonNumber number) {
      assertEquals(number.value().doubleValue(), Double.parseDouble(found), 1e-7, where);
    } else if (wanted instanceof JsonBoolean) {
      assertEquals(wanted.canonical(), found, where);
    } else {
      assertEquals(((JsonString) wanted).value(), found, where);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "snappy",
        "gzip-groups",
        "zstd-v2",
        "plain-pages",
        "lz4-checksums",
        "delta",
        "delta-v2"
      })
  void read_everyFormOfAFile_theRowsThatWereWritten(String name) throws IOException {
    List<JsonObject> expected = expected();
    List<Row> scalars = rows(source(resource(name), SCALARS));
    List<Row> words = rows(source(resource(name), "{\"tokens\":\"words\",\"label\":\"tags\"}"));
    List<Row> talks = rows(source(resource(name), "{\"messages\":\"messages\"}"));
    assertEquals(expected.size(), scalars.size());
    for (int i = 0; i < expected.size(); i++) {
      JsonObject wanted = expected.get(i);
      for (String column : List.of("text", "label", "age", "income", "score", "big", "member")) {
        assertScalar(wanted.find(column).orElseThrow(), scalars.get(i), column);
      }
      String price = ((JsonString) wanted.find("price").orElseThrow()).value();
      assertEquals(
          0, new BigDecimal(price).compareTo(new BigDecimal(scalars.get(i).find("price").get())));
      assertList(wanted, words.get(i), "words");
      assertList(wanted, words.get(i), "tags");
      assertList(wanted, talks.get(i), "messages");
    }
  }

  private static void assertList(JsonObject expected, Row row, String column) {
    JsonValue wanted = expected.find(column).orElseThrow();
    List<JsonValue> found = row.lists().get(column);
    if (wanted instanceof JsonArray array) {
      assertEquals(array.items(), found, row.where());
    } else {
      assertEquals(null, found, row.where());
    }
  }

  @Test
  void examples_fromParquet_thoseOfTheSameRowsAsJson() throws IOException {
    String json = "{\"text\":\"text\",\"label\":\"label\"}";
    // JSON has no row with null as its text
    Path lines = folder.resolve("rows.jsonl");
    Files.writeString(
        lines,
        Files.readString(FILES.resolve("rows.jsonl")).replace("\"text\": null", "\"text\": \"\""));
    List<String> labels = List.of("maybe", "no", "yes");
    Examples wanted = load(source(lines, json), labels);
    Examples found = load(source(resource("snappy"), json), labels);
    assertEquals(wanted.card().content(), found.card().content());
    assertEquals(wanted.train().examples(), found.train().examples());
    assertTrue(found.train().size() < 40, "empty texts are dropped");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "zstd-v2", "gzip-groups", "delta"})
  void seek_anyRow_readsOnFromThere(String name) throws IOException {
    String columns =
        name.equals("wide")
            ? "{\"text\":\"text\",\"label\":\"n\"}"
            : "{\"tokens\":\"words\",\"label\":\"text\"}";
    SourceSpec source = source(resource(name), columns);
    List<Row> all = rows(source);
    var random = new Random(5);
    try (RowReader reader = RowReader.open(source)) {
      for (int i = 0; i < 300; i++) {
        int at = random.nextInt(all.size());
        reader.seek(new RowPlace(at, 0, at));
        for (int k = at; k < Math.min(all.size(), at + 3); k++) {
          assertEquals(k, reader.place().position());
          assertEquals(all.get(k), reader.next().orElseThrow());
        }
      }
    }
    assertEquals(name.equals("wide") ? 2000 : 40, all.size());
  }

  @Test
  void examples_keptInTheFile_areThoseInMemory() throws IOException {
    SourceSpec source =
        source(resource("wide"), "{\"text\":\"text\",\"label\":\"n\",\"target\":\"number\"}");
    DatasetSpec spec = DatasetSpec.heldOut(source).withValidation(ValidationSpec.ofShare(0.25));
    Examples held = ExamplesLoader.load(spec, List.of("n"), Long.MAX_VALUE);
    Examples read = ExamplesLoader.load(spec, List.of("n"), 0);
    assertEquals(held.card(), read.card());
    for (int i : new int[] {1499, 0, 700, 701, 699, 3}) {
      assertEquals(held.train().get(i), read.train().get(i));
    }
    assertEquals(held.validation().examples(), read.validation().examples());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "other|{\"text\":\"when\"}|other.parquet, schema: column \"when\" of another type",
        "other|{\"text\":\"point\"}|other.parquet, schema: column \"point\" of another type",
        "other|{\"text\":\"deep\"}|other.parquet, schema: column \"deep\" of another type",
        "other|{\"text\":\"raw\"}|other.parquet, row 1: a text of broken UTF-8",
        "other|{\"text\":\"labl\"}|other.parquet, schema: no column \"labl\"",
        "brotli|{}|brotli.parquet, row 1: compression number 4 (expected: none, snappy",
        "empty|{}|empty.parquet: no examples",
        "snappy|{\"text\":\"words\"}|snappy.parquet, row 1, column \"words\": a list",
        "snappy|{\"features\":[\"score\"]}|snappy.parquet, row 10, column \"score\": empty",
      })
  void load_whatDoesNotFit_refusedWithItsPlace(String name, String json, String start) {
    String sentence =
        refusal(source(resource(name), json), List.of("a", "b", "maybe", "no", "yes"));
    assertBegins(start, sentence);
  }

  @Test
  void load_noParquetOrNoFile_refused() throws IOException {
    assertBegins(
        "a.parquet: no mark PAR1 at its end",
        refusal(source(file("a.parquet", "text,label\na,b\nc,d\n"), "{}"), LABELS));
    assertBegins(
        "b.parquet: a file of 3 bytes", refusal(source(file("b.parquet", "abc"), "{}"), LABELS));
    Path gone = folder.resolve("gone.parquet");
    var missing = assertThrows(FederationException.class, () -> load(source(gone, "{}"), LABELS));
    assertTrue(missing.sentence().contains("gone.parquet"), missing.sentence());
  }

  @Test
  void split_parquet_refusedBeforeAnythingIsWritten() {
    SourceSpec source = source(resource("snappy"), "{}");
    var refusal =
        assertThrows(
            FederationException.class,
            () -> FileSplit.write(source, List.of("part"), i -> 0, folder.resolve("parts")));
    assertTrue(refusal.sentence().contains("csv, tsv, jsonl or conll"), refusal.sentence());
    assertTrue(Files.notExists(folder.resolve("parts")));
  }

  static LongStream seeds() {
    return LongStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void read_damagedFile_readOrRefusedInOneLine(long seed) throws IOException {
    List<String> names = List.of("snappy", "zstd-v2", "plain-pages", "delta-v2", "gzip-groups");
    byte[] valid = Files.readAllBytes(resource(names.get((int) (seed % names.size()))));
    Path file = folder.resolve("damaged.parquet");
    Files.write(file, Mutations.of(valid, seed));
    SourceSpec scalars = source(file, SCALARS);
    SourceSpec lists = source(file, "{\"tokens\":\"words\",\"label\":\"tags\"}");
    for (SourceSpec source : List.of(scalars, lists)) {
      Mutations.assertReadOrRefused(
          seed,
          () -> {
            try {
              rows(source);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    }
  }

  @Test
  void columns_onlyThoseAskedFor_areInARow() throws IOException {
    Row row = rows(source(resource("snappy"), "{\"text\":\"text\"}")).get(1);
    assertEquals(Map.of("text", "a1", "label", "yes"), row.values());
  }
}
