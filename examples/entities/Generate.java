import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Writes this example's sentences with tagged names, invented by templates from a seed. The sites
 * know different people and organisations; the held-out sentences have names of all of them and
 * some that no site has. Usage: {@code java Generate.java FOLDER}
 */
public final class Generate {
  private static final List<String> FIRST =
      List.of(
          "Ada", "Bela", "Chandra", "Dunja", "Emeka", "Farid", "Greta", "Hanna", "Ivo", "Jun",
          "Kaveh", "Lena", "Mirko", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sana", "Tomas",
          "Uma", "Viktor", "Wanda", "Xenia", "Yusuf", "Zora");
  private static final List<String> LAST =
      List.of(
          "Abara", "Brandt", "Castell", "Dimov", "Eriksen", "Fontaine", "Ghosh", "Haddad", "Ito",
          "Jansen", "Kovacs", "Lindqvist", "Marino", "Novak", "Okafor", "Petrov", "Quist", "Rossi",
          "Sato", "Tanaka", "Urban", "Varga", "Weber", "Yilmaz", "Zhang", "Osei");
  private static final List<String> PLACE =
      List.of(
          "Aarhus", "Bergen", "Cologne", "Dublin", "Essen", "Florence", "Ghent", "Haifa", "Izmir",
          "Jaipur", "Kyoto", "Lagos", "Malaga", "Nairobi", "Oslo", "Porto", "Quito", "Riga",
          "Seville", "Turin", "Utrecht", "Vienna", "Warsaw", "Zurich", "New Delhi", "Cape Town");
  private static final List<String> STEM =
      List.of(
          "Northern", "Harbour", "Summit", "Meridian", "Cobalt", "Linden", "Falcon", "Atlas",
          "Beacon", "Granite", "Orchid", "Pioneer", "Quartz", "Raven", "Sterling", "Tidal",
          "Union", "Verdant", "Willow", "Zenith", "Amber", "Copper", "Delta", "Ember", "Fjord",
          "Glacier");
  private static final List<String> KIND =
      List.of("Bank", "Clinic", "Foods", "Logistics", "Motors", "Textiles");
  private static final List<String> TEMPLATES =
      List.of(
          "{PER} joined {ORG} as a nurse last spring .",
          "The board of {ORG} met in {LOC} on Monday .",
          "{PER} moved from {LOC} to {LOC} with two children .",
          "Shares of {ORG} fell after {PER} resigned .",
          "A patient from {LOC} was seen by Dr {PER} .",
          "{ORG} opens a second office in {LOC} .",
          "According to {PER} , the parcel left {LOC} yesterday .",
          "The invoice of {ORG} was signed by {PER} in {LOC} .",
          "Nobody at {ORG} could say where {PER} was .",
          "The train to {LOC} was late again .",
          "Please send the report to {PER} at {ORG} .",
          "It rained all day and the market stayed closed .",
          "{LOC} lies two hours north of {LOC} .",
          "{ORG} and {ORG} agreed on a price .");

  private final Random random;
  private final int from;
  private final int to;

  private Generate(long seed, int from, int to) {
    this.random = new Random(seed);
    this.from = from;
    this.to = to;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    new Generate(1, 0, 12).write(folder.resolve("site-1.conll"), 300);
    new Generate(2, 6, 18).write(folder.resolve("site-2.conll"), 240);
    new Generate(3, 10, 22).write(folder.resolve("site-3.conll"), 180);
    new Generate(4, 0, 26).write(folder.resolve("selection.conll"), 200);
  }

  private void write(Path file, int sentences) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < sentences; i++) {
        for (String word : TEMPLATES.get(random.nextInt(TEMPLATES.size())).split(" ")) {
          token(out, word);
        }
        out.write("\n");
      }
    }
  }

  private void token(Writer out, String word) throws IOException {
    switch (word) {
      case "{PER}" -> name(out, pick(FIRST) + " " + pick(LAST), "PER");
      case "{LOC}" -> name(out, pick(PLACE), "LOC");
      case "{ORG}" -> name(out, pick(STEM) + " " + KIND.get(random.nextInt(KIND.size())), "ORG");
      default -> out.write(word + " O\n");
    }
  }

  private String pick(List<String> names) {
    return names.get(from + random.nextInt(to - from));
  }

  private static void name(Writer out, String name, String kind) throws IOException {
    String begin = "B-";
    for (String word : name.split(" ")) {
      out.write(word + " " + begin + kind + "\n");
      begin = "I-";
    }
  }
}
