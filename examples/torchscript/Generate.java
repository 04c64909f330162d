import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Writes the readings of this example: java Generate.java FOLDER. The same seed, the same bytes. */
public class Generate {
  private static final RandomGenerator RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom").create(11);

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments.length > 0 ? arguments[0] : "data"));
    write(folder.resolve("site-1.csv"), 300, -15, 5);
    write(folder.resolve("site-2.csv"), 300, 0, 20);
    write(folder.resolve("site-3.csv"), 300, 15, 35);
    write(folder.resolve("held-out.csv"), 300, -15, 35);
  }

  /** Each site knows one climate only. */
  private static void write(Path file, int rows, double coldest, double warmest)
      throws IOException {
    var text = new StringBuilder("outside,people,area,energy\n");
    for (int i = 0; i < rows; i++) {
      double outside = RANDOM.nextDouble(coldest, warmest);
      int people = RANDOM.nextInt(1, 7);
      double area = RANDOM.nextDouble(30, 160);
      double heating = Math.max(0, 17 - outside) * area * 0.01;
      double cooling = Math.max(0, outside - 24) * area * 0.006;
      double energy = heating + cooling + 1.2 * people + RANDOM.nextGaussian() * 0.5;
      text.append(
          String.format(Locale.ROOT, "%.1f,%d,%.0f,%.2f%n", outside, people, area, energy));
    }
    Files.writeString(file, text.toString().replace("\r\n", "\n"));
  }
}
