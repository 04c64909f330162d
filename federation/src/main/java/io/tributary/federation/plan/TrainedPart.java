package io.tributary.federation.plan;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What moves in training, and so what travels: {@code all}, {@code head}, the {@code last-K} layers
 * and the head, {@code biases}, or {@code lora}.
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

  /** The biases and the head that starts anew (BitFit, Ben Zaken et al., ACL 2022). */
  record Biases() implements TrainedPart {
    @Override
    public String token() {
      return "biases";
    }
  }

  /**
   * Low-rank adapters, and the modules that are saved with them.
   *
   * @param still the factor that is not trained, if one is not
   */
  record Lora(LoraPlan settings, Optional<LoraFactor> still) implements TrainedPart {
    /**
     * What the checkpoints of a run hold: a factor that stands still in every round is not there.
     */
    public Lora(LoraPlan settings) {
      this(
          settings,
          settings.aggregation() == LoraAggregation.FFA
              ? Optional.of(LoraFactor.A)
              : Optional.empty());
    }

    /** What nodes train in a round. */
    public Lora inRound(int round) {
      return new Lora(settings, settings.aggregation().still(round));
    }

    /** One word for what a node of a rank sends in a round, the same for the same layouts. */
    public String form(int rank, int round) {
      return "rank-" + rank + inRound(round).still.map(factor -> "-without-" + factor).orElse("");
    }

    @Override
    public String token() {
      return "lora";
    }
  }

  Pattern LAST = Pattern.compile("last-([1-9][0-9]{0,2})");

  /** The word used in plans. */
  String token();

  /** Reads a word; {@code lora} has the usual settings. */
  static TrainedPart parse(String token) {
    Matcher last = LAST.matcher(token);
    if (last.matches()) {
      return new LastLayers(Integer.parseInt(last.group(1)));
    }
    return switch (token) {
      case "all" -> new All();
      case "head" -> new Head();
      case "biases" -> new Biases();
      case "lora" -> new Lora(LoraPlan.USUAL);
      default ->
          throw FederationException.of(
              ErrorKind.INVALID_CONFIG,
              "trained part",
              "\"" + token + "\"",
              "all, head, last-K, biases or lora",
              "Choose one.");
    };
  }
}
