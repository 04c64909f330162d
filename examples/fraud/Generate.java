import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes this example's card payments, invented from a seed. About one in twenty is fraud: more
 * often at night, far from home, with high amounts online, and in a trade that differs by site.
 * Usage: {@code java Generate.java FOLDER}
 */
public final class Generate {
  private static final List<String> TRADES =
      List.of("electronics", "food", "fuel", "gambling", "jewellery", "travel");

  private final Random random;

  private Generate(long seed) {
    random = new Random(seed);
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    new Generate(1).write(folder.resolve("site-1.csv"), 1500, List.of("electronics"));
    new Generate(2).write(folder.resolve("site-2.csv"), 1200, List.of("gambling"));
    new Generate(3).write(folder.resolve("site-3.csv"), 900, List.of("jewellery"));
    new Generate(4)
        .write(
            folder.resolve("held-out.csv"), 1500, List.of("electronics", "gambling", "jewellery"));
  }

  private void write(Path file, int count, List<String> risky) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("amount,hour,distance,channel,trade,fraud");
    for (int i = 0; i < count; i++) {
      lines.add(payment(risky));
    }
    Files.write(file, lines);
  }

  private String payment(List<String> risky) {
    String trade = TRADES.get(random.nextInt(TRADES.size()));
    boolean online = random.nextDouble() < 0.4;
    double hour = 24 * random.nextDouble();
    double amount = Math.exp(3.2 + 0.9 * random.nextGaussian());
    double distance = Math.exp(1.5 + 1.2 * random.nextGaussian());
    double odds = -5.4;
    odds += hour < 6 ? 1.8 : 0;
    odds += risky.contains(trade) ? 2.2 : 0;
    odds += online && amount > 40 ? 1.8 : 0;
    odds += distance > 10 ? 1.5 : 0;
    boolean fraud = random.nextDouble() < 1 / (1 + Math.exp(-odds));
    return String.format(
        Locale.ROOT,
        "%.2f,%.1f,%.1f,%s,%s,%s",
        amount,
        hour,
        distance,
        online ? "online" : "shop",
        trade,
        fraud ? "yes" : "no");
  }
}
