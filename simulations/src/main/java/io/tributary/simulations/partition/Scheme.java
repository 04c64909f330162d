package io.tributary.simulations.partition;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A way of dividing examples among nodes, written as {@code iid} or {@code dirichlet:0.5}. */
public sealed interface Scheme {
  /** How it is written. */
  String token();

  /** Whether every example must have one label. */
  boolean needsLabels();

  /** Evenly and at random. */
  record Even() implements Scheme {
    @Override
    public String token() {
      return "iid";
    }

    @Override
    public boolean needsLabels() {
      return false;
    }
  }

  /**
   * The shares of each label over the nodes are drawn from Dir(β) (NIID-Bench, Li et al., ICDE
   * 2022, section 3.2).
   *
   * @param beta concentration, above 0; the smaller, the more unequal
   */
  record Dirichlet(double beta) implements Scheme {
    @Override
    public String token() {
      return "dirichlet:" + plain(beta);
    }

    @Override
    public boolean needsLabels() {
      return true;
    }
  }

  /**
   * Each node has as many examples; its own mix of labels is drawn from Dir(β), and where a label
   * has run out its share goes to the others (Hsu et al., "Measuring the effects of non-identical
   * data distribution for federated visual classification", 2019, section 3).
   *
   * @param beta concentration, above 0; the smaller, the more unequal
   */
  record Mixtures(double beta) implements Scheme {
    @Override
    public String token() {
      return "mixtures:" + plain(beta);
    }

    @Override
    public boolean needsLabels() {
      return true;
    }
  }

  /**
   * The nodes' sizes are drawn from Dir(β), their labels are alike (NIID-Bench, quantity skew).
   *
   * @param beta concentration, above 0
   */
  record Sizes(double beta) implements Scheme {
    @Override
    public String token() {
      return "sizes:" + plain(beta);
    }

    @Override
    public boolean needsLabels() {
      return false;
    }
  }

  /**
   * Sorted by label, cut into shards of equal size, so many of which each node gets at random
   * (McMahan et al., AISTATS 2017, section 3: 2 shards of 300 examples).
   *
   * @param perNode shards of a node
   */
  record Shards(int perNode) implements Scheme {
    @Override
    public String token() {
      return "shards:" + perNode;
    }

    @Override
    public boolean needsLabels() {
      return true;
    }
  }

  /**
   * Each node has examples of so many labels: #C=k of NIID-Bench.
   *
   * @param perNode labels of a node
   */
  record Classes(int perNode) implements Scheme {
    @Override
    public String token() {
      return "classes:" + perNode;
    }

    @Override
    public boolean needsLabels() {
      return true;
    }
  }

  /**
   * By the values of a column, such as the writer of a text: rows of one value stay together.
   *
   * @param name of the column
   */
  record Column(String name) implements Scheme {
    public Column {
      requireNonNull(name, "name");
    }

    @Override
    public String token() {
      return "column:" + name;
    }

    @Override
    public boolean needsLabels() {
      return false;
    }
  }

  /** Reads the written form; anything else is refused with INVALID_CONFIG. */
  static Scheme parse(String text) {
    Matcher matcher = Pattern.compile("([a-z]+)(?::(.+))?").matcher(text.strip());
    String argument = matcher.matches() && matcher.group(2) != null ? matcher.group(2) : "";
    String name = matcher.matches() ? matcher.group(1) : "";
    if (name.equals("iid") && argument.isEmpty()) {
      return new Even();
    }
    if (name.equals("column") && !argument.isEmpty()) {
      return new Column(argument);
    }
    if (List.of("dirichlet", "mixtures", "sizes").contains(name) && isPositive(argument)) {
      return drawn(name, Double.parseDouble(argument));
    }
    if ((name.equals("shards") || name.equals("classes")) && argument.matches("[1-9][0-9]{0,5}")) {
      int count = Integer.parseInt(argument);
      return name.equals("shards") ? new Shards(count) : new Classes(count);
    }
    throw FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "partition",
        "\"" + text + "\"",
        "iid, dirichlet:BETA, mixtures:BETA, sizes:BETA, shards:N, classes:N or column:NAME, numbers"
            + " above 0",
        "Choose one.");
  }

  private static Scheme drawn(String name, double beta) {
    return switch (name) {
      case "dirichlet" -> new Dirichlet(beta);
      case "mixtures" -> new Mixtures(beta);
      default -> new Sizes(beta);
    };
  }

  private static boolean isPositive(String text) {
    return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") && Double.parseDouble(text) > 0;
  }

  private static String plain(double number) {
    return JsonValue.of(number).canonical();
  }
}
