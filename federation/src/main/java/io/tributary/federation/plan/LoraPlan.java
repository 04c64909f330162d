package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Low-rank adapters (LoRA, Hu et al., ICLR 2022, section 4.1): a weight W of a target acts as W +
 * scaling · B · A, where A has {@code rank} rows and B as many columns, and only A and B are
 * trained.
 *
 * @param rank of the product B · A
 * @param alpha the scaling is alpha / rank
 * @param dropout share of an adapter's inputs that is dropped in training
 * @param rankStabilised whether the scaling is alpha / √rank instead (rsLoRA, Kalajdzievski, 2023,
 *     section 3)
 * @param targets linear modules: a full name, the end of one behind a dot, a name with {@code *}
 *     for any characters, or {@value #ALL_LINEAR}
 * @param save modules that are trained and travel as a whole; empty: those of the head that depend
 *     on the label set, and those that the base model lacks
 * @param aggregation how the adapters of a round's nodes become one
 * @param ranks of nodes that have another rank than the plan's, smaller ones; the scaling is
 *     everywhere that of the plan's rank
 */
public record LoraPlan(
    int rank,
    double alpha,
    double dropout,
    boolean rankStabilised,
    List<String> targets,
    Optional<List<String>> save,
    LoraAggregation aggregation,
    SortedMap<NodeName, Integer> ranks) {
  /** The target that stands for every linear module below the head. */
  public static final String ALL_LINEAR = "all-linear";

  /** What a plan without the section has. */
  public static final LoraPlan USUAL =
      new LoraPlan(8, 16, 0, false, List.of(ALL_LINEAR), Optional.empty());

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.*-]{1,200}");

  public LoraPlan {
    targets = List.copyOf(targets);
    save = save.map(List::copyOf);
    requireNonNull(aggregation, "aggregation");
    ranks = Collections.unmodifiableSortedMap(new TreeMap<>(ranks));
  }

  /** Adapters of one rank everywhere, whose factors are averaged. */
  public LoraPlan(
      int rank,
      double alpha,
      double dropout,
      boolean rankStabilised,
      List<String> targets,
      Optional<List<String>> save) {
    this(
        rank,
        alpha,
        dropout,
        rankStabilised,
        targets,
        save,
        LoraAggregation.FEDIT,
        Collections.emptySortedMap());
  }

  static LoraPlan read(Settings settings) {
    List<String> targets = names(settings, "targets", USUAL.targets);
    if (targets.isEmpty()) {
      throw settings.refusal("targets", "none", "one or more modules, or " + ALL_LINEAR);
    }
    int rank = (int) settings.integer("rank", USUAL.rank, 1, 4_096);
    return new LoraPlan(
        rank,
        settings.number("alpha", USUAL.alpha, 1e-6, 1e6),
        settings.number("dropout", USUAL.dropout, 0, 0.95),
        settings.flag("rank-stabilised", USUAL.rankStabilised),
        targets,
        settings.has("save") ? Optional.of(names(settings, "save", List.of())) : Optional.empty(),
        LoraAggregation.read(settings, "aggregation"),
        ranks(settings, rank));
  }

  private static SortedMap<NodeName, Integer> ranks(Settings settings, int rank) {
    SortedMap<NodeName, Integer> ranks = new TreeMap<>();
    Settings section = settings.section("ranks");
    for (String node : settings.names("ranks")) {
      int own = (int) section.integer(node, 1, rank);
      if (own < rank) {
        ranks.put(new NodeName(node), own);
      }
    }
    return ranks;
  }

  private static List<String> names(Settings settings, String key, List<String> byDefault) {
    List<String> names = settings.texts(key, byDefault);
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw settings.refusal(
            key, "\"" + name + "\"", "names of modules, of letters, digits, and . _ - *");
      }
    }
    return names;
  }

  /** What B · A is multiplied by. */
  public double scaling() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }

  /** The rank that a node has. */
  public int rankOf(NodeName node) {
    return ranks.getOrDefault(node, rank);
  }

  /** The same adapters of another rank, with this scaling. */
  public LoraPlan ofRank(int other) {
    double ratio = (double) other / rank;
    return new LoraPlan(
        other,
        alpha * (rankStabilised ? Math.sqrt(ratio) : ratio),
        dropout,
        rankStabilised,
        targets,
        save,
        aggregation,
        Collections.emptySortedMap());
  }

  /** The canonical form: every default written in but {@link #save}, which follows the model. */
  public JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("rank", rank)
            .put("alpha", alpha)
            .put("dropout", dropout)
            .put("rank-stabilised", rankStabilised)
            .put("targets", texts(targets));
    save.ifPresent(names -> json.put("save", texts(names)));
    if (aggregation != LoraAggregation.FEDIT) {
      // only then: plans written before there was a choice keep their digest
      json.put("aggregation", aggregation.token());
    }
    if (!ranks.isEmpty()) {
      Map<String, JsonValue> byName = new TreeMap<>();
      ranks.forEach((node, own) -> byName.put(node.value(), JsonValue.of(own)));
      json.put("ranks", JsonValue.object(byName));
    }
    return json.build();
  }

  private static JsonValue texts(List<String> names) {
    return JsonValue.array(names.stream().map(JsonValue::of).toList());
  }
}
