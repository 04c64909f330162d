package io.tributary.client.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentLogTest {
  @TempDir Path folder = Path.of("");

  private static void append(Path file, int number) {
    new SentLog(file, true).append(JsonValue.object().put("n", number).build());
  }

  @Test
  void halfALineOfACrash_doesNotTakeTheNextOneWithIt() throws IOException {
    Path file = folder.resolve("sent.log");
    append(file, 1);
    Files.writeString(file, Files.readString(file) + "{\"n\":");
    append(file, 2);
    append(file, 3);
    assertEquals(
        List.of("{\"n\":1}", "{\"n\":", "{\"n\":2}", "{\"n\":3}"), Files.readAllLines(file));
  }

  @Test
  void notes_betweenLines_keepTheirOrder() throws IOException {
    Path file = folder.resolve("sent.log");
    var log = new SentLog(file, true);
    log.append(JsonValue.object().put("n", 1).build());
    log.note(JsonValue.object().put("n", 2).build());
    log.append(JsonValue.object().put("n", 3).build());
    assertEquals(List.of("{\"n\":1}", "{\"n\":2}", "{\"n\":3}"), Files.readAllLines(file));
  }
}
