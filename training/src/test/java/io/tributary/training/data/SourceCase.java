package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;

/** Files of examples and what their sources give. */
abstract class SourceCase {

  static final List<String> LABELS = List.of("cat", "dog");
  static final List<String> TAGS = List.of("O", "B-PER", "I-PER");

  @TempDir Path folder;

  Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  static SourceSpec source(Path file, String json) {
    Settings settings = Settings.of("data", JsonReader.read(json));
    SourceSpec source = SourceSpec.read(settings, file);
    settings.finish();
    return source;
  }

  static Examples load(SourceSpec source, List<String> labels) {
    DatasetSpec spec = DatasetSpec.heldOut(source);
    assertEquals(spec, DatasetSpec.parse(JsonReader.read(spec.toJson().canonical())));
    return Examples.load(spec, labels);
  }

  static String refusal(SourceSpec source, List<String> labels) {
    var refusal = assertThrows(FederationException.class, () -> load(source, labels));
    assertEquals(ErrorKind.INVALID_DATA, refusal.kind());
    assertFalse(refusal.sentence().contains("\n"));
    return refusal.sentence();
  }

  static void assertBegins(String start, String sentence) {
    assertTrue(sentence.startsWith(start), sentence);
  }

  static final String TABLE = "age,shop,label\n20,north,cat\n,south,dog\n40,west,cat\n";
  static final String TYPED =
      "{\"features\": [\"age\"], \"categories\": {\"shop\": [\"north\", \"south\"]}%s}";
  static final String CONLL =
      "-DOCSTART- -X- O\n\nAda NNP B-PER\nLovelace NNP I-PER\nwrote VBD O\n\n\nIt PRP O\n";

  Path pictures() throws IOException {
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

  /** A chat that begins with this message and goes on with the rest. */
  static String message(String role, String content, String rest) {
    String one = "{\"role\":\"" + role + "\",\"content\":\"" + content + "\"}";
    return rest.equals("]}") ? one + rest : one + "," + rest;
  }

  static DatasetSpec held(Path file, String json) {
    return DatasetSpec.heldOut(source(file, json));
  }
}
