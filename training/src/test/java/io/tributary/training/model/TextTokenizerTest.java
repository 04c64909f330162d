package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/tokenizer");

  @TempDir Path folder;

  @Test
  void encode_manyAtOnce_sameAsOneByOneAndCut() {
    List<String> texts = List.of("Hello, world!", "", "a much longer text than the others");
    try (TextTokenizer tokenizer = TextTokenizer.open(FOLDER, 6)) {
      int[][] all = tokenizer.encode(texts);
      for (int i = 0; i < all.length; i++) {
        assertArrayEquals(tokenizer.encode(texts.get(i)), all[i]);
      }
      assertArrayEquals(new int[] {101, 7592, 1010, 2088, 999, 102}, all[0]);
      assertArrayEquals(new int[] {101, 102}, all[1]);
      assertEquals(6, all[2].length);
      assertEquals(102, all[2][5]);
    }
  }

  @Test
  void open_missingOrBrokenFile_refused() throws IOException {
    assertEquals(ErrorKind.NOT_FOUND, refusal());
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertEquals(ErrorKind.CORRUPT, refusal());
  }

  private ErrorKind refusal() {
    return assertThrows(FederationException.class, () -> TextTokenizer.open(folder, 8)).kind();
  }
}
