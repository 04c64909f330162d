package io.tributary.cli.bundled;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.data.wordnet.Gloss;
import io.tributary.training.data.wordnet.WordNetGlosses;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** WordNet's glosses as files of labelled texts. */
public final class GlossFiles {
  private GlossFiles() {}

  /** All glosses, the training part first. */
  public static List<Gloss> all() {
    WordNetGlosses glosses = WordNetGlosses.read(Bundled.glossesJar());
    List<Gloss> all = new ArrayList<>(glosses.train());
    all.addAll(glosses.test());
    return all;
  }

  /** Writes one JSON object a line with {@code text} and {@code label}; the file must be new. */
  public static void write(Path file, List<Gloss> glosses) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (Writer out =
          Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
        for (Gloss gloss : glosses) {
          out.write(
              JsonValue.object()
                      .put("text", gloss.text())
                      .put("label", gloss.category())
                      .build()
                      .canonical()
                  + "\n");
        }
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          file + ": can't be written (expected: a new file in a writable folder). Make room.",
          e);
    }
  }

  /** Writes the labels, one a line. */
  public static void writeLabels(Path file) {
    try {
      Files.write(file, WordNetGlosses.LABELS, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, file + ": can't be written (expected: a writable folder). Make room.", e);
    }
  }
}
