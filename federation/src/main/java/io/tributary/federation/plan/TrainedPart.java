package io.tributary.federation.plan;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What moves in training, and so what travels: {@code all}, {@code head}, or the {@code last-K}
 * layers and the head.
 */
public sealed interface TrainedPart {
  /** Every parameter. */
  record All() implements TrainedPart {
    @Override
    public String token() {
      return "all";
    }
  }

  /** The task's head alone. */
  record Head() implements TrainedPart {
    @Override
    public String token() {
      return "head";
    }
  }

  /** The last layers and the head. */
  record LastLayers(int count) implements TrainedPart {
    @Override
    public String token() {
      return "last-" + count;
    }
  }

  Pattern LAST = Pattern.compile("last-([1-9][0-9]{0,2})");

  /** The word used in plans. */
  String token();

  static TrainedPart parse(String token) {
    Matcher last = LAST.matcher(token);
    if (last.matches()) {
      return new LastLayers(Integer.parseInt(last.group(1)));
    }
    return switch (token) {
      case "all" -> new All();
      case "head" -> new Head();
      default ->
          throw FederationException.of(
              ErrorKind.INVALID_CONFIG,
              "trained part",
              "\"" + token + "\"",
              "all, head or last-K",
              "Choose one.");
    };
  }
}
