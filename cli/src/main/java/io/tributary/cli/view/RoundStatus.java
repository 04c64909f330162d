package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One round of a run; round 0 is the untouched base.
 *
 * @param seconds from its opening to its commit
 * @param updates those that counted
 * @param checkpoint digest of what the round committed; empty while it is open
 * @param trained digest of the checkpoint's trained tensors; empty while it is open
 * @param sites how it did at the sites, where they were asked
 * @param measures figures of the aggregation itself, by name
 */
public record RoundStatus(
    int round,
    Optional<Evaluation> evaluation,
    double seconds,
    long bytesDown,
    long bytesUp,
    int updates,
    int refused,
    int attempts,
    String checkpoint,
    String trained,
    List<NodeWork> cohort,
    Optional<SitesStatus> sites,
    SortedMap<String, Double> measures) {
  /** The measure of what a mean of adapters loses. */
  public static final String INEXACTNESS = "lora-inexactness";

  /** The measure that says how old the updates were on average, in versions of the model. */
  public static final String STALENESS = "staleness-mean";

  public RoundStatus {
    cohort = List.copyOf(cohort);
    measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
  }

  /** How much the mean of the adapters lost, as a share, for a person; a dash where unmeasured. */
  public String inexactness() {
    Double share = measures.get(INEXACTNESS);
    return share == null ? "–" : Figures.fixed(share, 4);
  }

  /**
   * How many versions the model had gone on since the updates that counted began: their mean and
   * the most, and how many assignments were refused for it.
   */
  public String staleness() {
    Double mean = measures.get(STALENESS);
    Double most = measures.get("staleness-max");
    Double refused = measures.getOrDefault("staleness-refused", 0.0);
    if (mean == null || most == null) {
      return "–";
    }
    String ages = Figures.fixed(mean, 2) + ", at most " + Math.round(most);
    return refused == 0 ? ages : ages + " (" + Math.round(refused) + " too old)";
  }

  /** Whether it is over and its candidate was promoted. */
  public boolean committed() {
    return !checkpoint.isEmpty();
  }

  /** The form of the demo's last object. */
  public JsonObject summary() {
    return JsonValue.object()
        .put("round", round)
        .put("heldOut", evaluation.<JsonValue>map(Evaluation::summary).orElseGet(JsonNull::new))
        .put("seconds", Numbers.json(seconds))
        .put("bytesDown", bytesDown)
        .put("bytesUp", bytesUp)
        .put("updates", updates)
        .build();
  }

  JsonObject toJson() {
    var figures = JsonValue.object();
    measures.forEach((name, value) -> figures.put(name, Numbers.json(value)));
    var json =
        JsonValue.object()
            .put("round", round)
            .put("heldOut", evaluation.<JsonValue>map(Evaluation::toJson).orElseGet(JsonNull::new))
            .put("seconds", Numbers.json(seconds))
            .put("bytesDown", bytesDown)
            .put("bytesUp", bytesUp)
            .put("updates", updates)
            .put("refused", refused)
            .put("attempts", attempts)
            .put("checkpoint", checkpoint)
            .put("trained", trained)
            .put("measures", figures.build())
            .put("cohort", JsonValue.array(cohort.stream().map(NodeWork::toJson).toList()));
    sites.ifPresent(all -> json.put("sites", all.toJson()));
    return json.build();
  }
}
