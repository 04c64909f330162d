package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Examples that stay in their file. */
class LargeSourcesTest extends SourceCase {

  private static void assertSameFromTheFile(DatasetSpec spec, List<String> labels) {
    Examples held = ExamplesLoader.load(spec, labels, Long.MAX_VALUE);
    Examples read = ExamplesLoader.load(spec, labels, 0);
    assertEquals(held, read);
    for (int i = held.train().size() - 1; i >= 0; i--) {
      assertEquals(held.train().get(i), read.train().get(i));
    }
    assertEquals(held.train(), read.train());
  }

  @Test
  void examples_readFromTheFile_areTheSameAsThoseInMemory() throws IOException {
    var rows = new StringBuilder("\ufefftext,label\n");
    var lines = new StringBuilder("\ufeff");
    var random = new Random(3);
    for (int i = 0; i < 400; i++) {
      String text = " é€😀\u0800".repeat(random.nextInt(4)) + (i % 300) + "\"\"\r\n, b ";
      String label = LABELS.get(random.nextInt(2));
      rows.append('"').append(text).append("\",").append(label).append(i % 7 == 0 ? "\r\n" : "\n");
      lines.append("\n{\"text\":\"").append(text.replaceAll("[\"\r\n]", "")).append(i % 90);
      lines.append("\",\"label\":\"").append(label).append("\"}\n");
    }
    for (Path file : List.of(file("a.csv", rows + ""), file("a.jsonl", lines + ""))) {
      for (String clean : List.of("none", "all")) {
        boolean all = clean.equals("all");
        DatasetSpec spec =
            held(file, "{}")
                .withCleaning(new CleaningSpec(all, all, all, all))
                .withValidation(ValidationSpec.ofShare(0.25));
        assertSameFromTheFile(spec, LABELS);
      }
    }
    assertSameFromTheFile(held(file("a.conll", CONLL.repeat(50)), "{}"), TAGS);
    String typed = String.format(Locale.ROOT, TYPED, ", \"missing\": \"mean\"");
    assertSameFromTheFile(
        held(file("t.csv", TABLE), typed).withValidation(ValidationSpec.ofShare(0.4)), LABELS);
  }

  @Test
  void examples_fileThatShrinksMeanwhile_areRefused() throws IOException {
    Path file = file("a.csv", "text,label\n" + "first,cat\nsecond,dog\n".repeat(100));
    Examples read = ExamplesLoader.load(held(file, "{}"), LABELS, 0);
    Files.writeString(file, "text,label\n");
    var refusal = assertThrows(FederationException.class, () -> read.train().get(0));
    assertBegins("a.csv: changed while it was read", refusal.sentence());
  }
}
