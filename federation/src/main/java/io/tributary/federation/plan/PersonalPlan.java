package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a model is each node's own: {@code train.personal}, a name or a section with the name and
 * its options. It never leaves the node.
 */
public sealed interface PersonalPlan {
  /** What a plan without the key has. */
  static PersonalPlan none() {
    return new None();
  }

  /** Their words, in the order that messages list them. */
  List<String> NAMES = List.of("none", "fedper", "fedrep", "fedbn", "ditto", "apfl", "fine-tune");

  /** The word used in plans and messages. */
  String name();

  /** One model for all. */
  record None() implements PersonalPlan {
    @Override
    public String name() {
      return "none";
    }
  }

  /** The head is the node's own, trained with the rest (Arivazhagan et al., 2019). */
  record FedPer() implements PersonalPlan {
    @Override
    public String name() {
      return "fedper";
    }
  }

  /**
   * The head is the node's own, trained before the rest and not with it (Collins et al., ICML 2021,
   * algorithm 1).
   *
   * @param headEpochs passes over the examples for the head alone
   */
  record FedRep(int headEpochs) implements PersonalPlan {
    @Override
    public String name() {
      return "fedrep";
    }
  }

  /** Batch norms are the node's own, their statistics included (Li et al., ICLR 2021). */
  record FedBn() implements PersonalPlan {
    @Override
    public String name() {
      return "fedbn";
    }
  }

  /**
   * A second model, held near the received one by lambda/2 · ‖v - x‖² (Li et al., ICML 2021,
   * algorithm 1).
   *
   * @param lambda 0 to 1,000
   */
  record Ditto(double lambda) implements PersonalPlan {
    @Override
    public String name() {
      return "ditto";
    }
  }

  /**
   * A mixture alpha · v + (1 - alpha) · w of an own and the shared model (Deng, Kamani and Mahdavi,
   * 2020, algorithm 1).
   *
   * @param alpha share of the own model at the start, 0 to 1
   * @param adaptive whether each node moves its alpha, once a round
   */
  record Apfl(double alpha, boolean adaptive) implements PersonalPlan {
    @Override
    public String name() {
      return "apfl";
    }
  }

  /**
   * The received model, trained on for the node alone.
   *
   * @param epochs passes over the examples
   */
  record FineTune(int epochs) implements PersonalPlan {
    @Override
    public String name() {
      return "fine-tune";
    }
  }

  /** Whether parts of the one model are the node's own, and so do not travel. */
  default boolean keepsParts() {
    return this instanceof FedPer || this instanceof FedRep || this instanceof FedBn;
  }

  /** Whether the head is the node's own. */
  default boolean keepsHead() {
    return this instanceof FedPer || this instanceof FedRep;
  }

  /** Whether the node has a whole model of its own beside the shared one. */
  default boolean hasOwnModel() {
    return this instanceof Ditto || this instanceof Apfl || this instanceof FineTune;
  }

  /**
   * Passes over the examples in a round beside those of the shared model; 0 where none are more.
   */
  default int passes(TrainPlan plan) {
    if (this instanceof FedRep rep) {
      return rep.headEpochs;
    }
    if (this instanceof FineTune tune) {
      return tune.epochs;
    }
    return this instanceof Ditto ? plan.epochs() : 0;
  }

  static PersonalPlan read(Settings train) {
    if (!train.has("personal")) {
      return none();
    }
    if (train.holdsObject("personal")) {
      Settings section = train.section("personal");
      return of(section.choice("name", "", NAMES), section);
    }
    String name = train.choice("personal", "", NAMES);
    return of(name, Settings.of("plan", JsonValue.object(Map.of())));
  }

  private static PersonalPlan of(String name, Settings options) {
    return switch (name) {
      case "fedper" -> new FedPer();
      case "fedrep" -> new FedRep((int) options.integer("head-epochs", 1, 1, 10_000));
      case "fedbn" -> new FedBn();
      case "ditto" -> new Ditto(options.number("lambda", 0.1, 0, 1_000));
      case "apfl" -> new Apfl(options.number("alpha", 0.5, 0, 1), options.flag("adaptive", true));
      case "fine-tune" -> new FineTune((int) options.integer("epochs", 1, 1, 10_000));
      default -> none();
    };
  }

  /** Refuses what does not go together. */
  default void check(Plan plan, Settings settings) {
    TrainPlan train = plan.train();
    if (keepsParts() && train.algorithm().keepsState()) {
      throw settings
          .section("train")
          .refusal(
              "personal",
              name(),
              "none, ditto, apfl or fine-tune beside " + train.algorithm().name());
    }
    if (this instanceof Apfl && !(train.algorithm() instanceof AlgorithmPlan.FedAvg)) {
      throw settings
          .section("train")
          .refusal("personal", name(), "another one beside " + train.algorithm().name());
    }
    if (keepsHead() && train.what() instanceof TrainedPart.Head) {
      throw settings
          .section("train")
          .refusal("what", "head", "more than the head for " + name() + ", which keeps it");
    }
    if (this instanceof FedRep && train.what() instanceof TrainedPart.Lora) {
      throw settings
          .section("train")
          .refusal("personal", name(), "fedper for what: lora, whose head is trained with it");
    }
    if (keepsParts() && plan.evaluation().places().atSites()) {
      throw settings
          .section("evaluation")
          .refusal(
              "where",
              plan.evaluation().places().where().token(),
              "central for " + name() + ", whose checkpoint lacks what each site keeps");
    }
    boolean judged =
        plan.evaluation().patience().isPresent() || plan.evaluation().target().isPresent();
    if (keepsHead() && judged) {
      throw settings
          .section("evaluation")
          .refusal(
              "stop",
              "patience or target",
              "neither for " + name() + ", whose shared part can't be judged without a head");
    }
  }

  /** Empty for {@link None}, so that plans written before there was a choice keep their digest. */
  default Optional<JsonObject> toJson() {
    if (this instanceof None) {
      return Optional.empty();
    }
    ObjectBuilder json = JsonValue.object().put("name", name());
    if (this instanceof FedRep rep) {
      json.put("head-epochs", rep.headEpochs);
    } else if (this instanceof Ditto ditto) {
      json.put("lambda", ditto.lambda);
    } else if (this instanceof Apfl apfl) {
      json.put("alpha", apfl.alpha).put("adaptive", apfl.adaptive);
    } else if (this instanceof FineTune tune) {
      json.put("epochs", tune.epochs);
    }
    return Optional.of(json.build());
  }
}
