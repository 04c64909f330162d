package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.NearestKey;
import io.tributary.federation.settings.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How nodes compress the deltas they send: {@code federation.compression}, a name or a section with
 * the name and its options. Statistics, counters and controls are never compressed.
 *
 * @param block values that share a factor, for int8 and int4, a multiple of 8 from 8 to 4,096; else
 *     0
 * @param fraction of the values that travel, for top-k and random-k, 0.001 to 0.5; else 0
 * @param stochastic whether int8 and int4 round up or down at random, so that the mean is right;
 *     false: to the nearest
 * @param sharedMask whether the places of random-k are the same at all nodes of a round whose
 *     adapters have one rank
 * @param errorFeedback whether a node adds what it left out to its next update (Karimireddy et al.,
 *     ICML 2019)
 */
public record CompressionPlan(
    CodecName codec,
    int block,
    double fraction,
    boolean stochastic,
    boolean sharedMask,
    boolean errorFeedback) {
  /** Deltas travel as they are. */
  public static final CompressionPlan NONE =
      new CompressionPlan(CodecName.NONE, 0, 0, false, false, false);

  private static final String NEAREST = "nearest";
  private static final String STOCHASTIC = "stochastic";
  private static final String EACH = "each";
  private static final String SHARED = "shared";
  private static final int BLOCK_UNIT = 8;
  private static final int LARGEST_BLOCK = 4096;

  /** Rules that look at each value alone, for which what did not travel would be zeros. */
  private static final Set<RuleName> BY_VALUE =
      EnumSet.of(RuleName.MEDIAN, RuleName.TRIMMED_MEAN, RuleName.BULYAN);

  public CompressionPlan {
    requireNonNull(codec, "codec");
  }

  /** Whether anything is compressed. */
  public boolean isNone() {
    return codec == CodecName.NONE;
  }

  private boolean inBlocks() {
    return codec == CodecName.INT8 || codec == CodecName.INT4;
  }

  private boolean sparse() {
    return codec == CodecName.TOP_K || codec == CodecName.RANDOM_K;
  }

  /** Reads {@code key: NAME} or {@code key: {name: NAME, OPTION: …}}. */
  static CompressionPlan read(Settings parent, String key) {
    Settings settings = parent.named(key);
    String word = settings.text("name", CodecName.NONE.token());
    CodecName codec =
        CodecName.find(word)
            .orElseThrow(
                () ->
                    settings.refusal(
                        "name",
                        word + NearestKey.hint(word, CodecName.tokens()),
                        "one of " + String.join(", ", CodecName.tokens())));
    return switch (codec) {
      case NONE -> NONE;
      case BF16, F16 -> new CompressionPlan(codec, 0, 0, false, false, feedback(false, settings));
      case INT8 -> blocks(codec, 256, settings);
      case INT4 -> blocks(codec, 64, settings);
      case TOP_K ->
          new CompressionPlan(
              codec, 0, fraction(0.01, settings), false, false, feedback(true, settings));
      case RANDOM_K ->
          new CompressionPlan(
              codec,
              0,
              fraction(0.1, settings),
              false,
              settings.choice("mask", EACH, List.of(EACH, SHARED)).equals(SHARED),
              feedback(false, settings));
    };
  }

  private static CompressionPlan blocks(CodecName codec, int usual, Settings settings) {
    int block = (int) settings.integer("block", usual, BLOCK_UNIT, LARGEST_BLOCK);
    if (block % BLOCK_UNIT != 0) {
      throw settings.refusal("block", block, "a multiple of " + BLOCK_UNIT);
    }
    String rounding = settings.choice("rounding", STOCHASTIC, List.of(STOCHASTIC, NEAREST));
    return new CompressionPlan(
        codec, block, 0, rounding.equals(STOCHASTIC), false, feedback(false, settings));
  }

  private static double fraction(double usual, Settings settings) {
    return settings.number("fraction", usual, 0.001, 0.5);
  }

  private static boolean feedback(boolean usual, Settings settings) {
    return settings.flag("error-feedback", usual);
  }

  /** Refuses what does not go together. */
  void check(Plan plan, Settings settings) {
    Settings federation = settings.section("federation");
    Optional<RuleName> rule = plan.federation().rule().known();
    if (sparse() && !sharedMask && rule.isPresent() && BY_VALUE.contains(rule.get())) {
      throw federation.refusal(
          "compression",
          codec.token(),
          "none, bf16, f16, int8, int4 or random-k with mask: shared for "
              + rule.get().token()
              + ", to which most values would be zeros");
    }
    if (errorFeedback && plan.federation().gate().maxNorm().isPresent()) {
      throw federation
          .section("gate")
          .refusal(
              "max-norm",
              plan.federation().gate().maxNorm().get(),
              "no such limit beside error feedback, whose updates grow by what was left out: a node"
                  + " past it would stay past it");
    }
    if (!isNone() && plan.train().algorithm() instanceof AlgorithmPlan.FedDyn) {
      throw federation.refusal(
          "compression",
          codec.token(),
          "none for feddyn, whose nodes keep what the coordinator sums");
    }
  }

  /** Empty for none, so that plans written before there was a choice keep their digest. */
  Optional<JsonObject> toJson() {
    if (isNone()) {
      return Optional.empty();
    }
    var json = JsonValue.object().put("name", codec.token()).put("error-feedback", errorFeedback);
    if (inBlocks()) {
      json.put("block", block).put("rounding", stochastic ? STOCHASTIC : NEAREST);
    }
    if (sparse()) {
      json.put("fraction", fraction);
    }
    if (codec == CodecName.RANDOM_K) {
      json.put("mask", sharedMask ? SHARED : EACH);
    }
    return Optional.of(json.build());
  }
}
