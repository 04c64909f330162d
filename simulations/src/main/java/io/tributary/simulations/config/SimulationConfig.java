package io.tributary.simulations.config;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.config.Durability;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.behaviour.Behaviour;
import io.tributary.simulations.behaviour.Hostility;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.simulations.synthetic.SyntheticData;
import io.tributary.training.data.FeatureShift;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A simulation beside its plan; {@code config/simulation.reference.yaml} describes every key.
 * Relative paths start from the folder of the file that was read.
 *
 * @param about one line for people
 * @param base {@code bundled:NAME}, a model's folder or a {@code config.json} of a new model;
 *     empty: the plan's own
 * @param baseSeed of a new model's weights
 * @param nodes how many; empty: ten, or one for each value of the column that is divided by
 * @param least fewest examples of a node
 * @param only the one node of all that takes part, counted from 1; empty: all take part
 * @param perNode whether the best checkpoint is judged on each node's own examples at the end
 * @param seed of partition and behaviour; empty: the plan's
 * @param heldOut section {@code held-out} of a coordinator's file, its paths absolute; empty where
 *     the data bring their own
 * @param workers that train at the same time; empty: as many as the cores hold
 * @param noise deviation of the noise on the last node's features; the first has none, those
 *     between have as much as their number says
 * @param shift of the features of all nodes; the held-out part has none
 * @param drift whether the nodes' data move from one partition to another over the run
 * @param hostility of some nodes; empty: all are honest
 */
public record SimulationConfig(
    String about,
    Optional<String> base,
    long baseSeed,
    Optional<Integer> nodes,
    Scheme scheme,
    int least,
    Optional<Integer> only,
    boolean perNode,
    Optional<Long> seed,
    DataChoice data,
    Optional<JsonObject> heldOut,
    Optional<Integer> workers,
    Durability durability,
    double noise,
    FeatureShift shift,
    boolean drift,
    Behaviour behaviour,
    Optional<Hostility> hostility) {
  /** More names than that nobody can tell apart. */
  public static final int MOST_NODES = 1_000_000;

  private static final double MOST_SHIFT = 1e6;
  private static final int USUAL_NODES = 10;
  private static final int MOST_WORKERS = 1_024;
  private static final List<String> PATHS = List.of("selection", "test");

  public SimulationConfig {
    requireNonNull(about, "about");
    requireNonNull(base, "base");
    requireNonNull(scheme, "scheme");
    requireNonNull(only, "only");
    requireNonNull(data, "data");
    requireNonNull(durability, "durability");
    requireNonNull(shift, "shift");
    requireNonNull(behaviour, "behaviour");
    requireNonNull(hostility, "hostility");
  }

  /**
   * Reads the whole tree; unknown keys, missing keys and broken rules are refused as
   * INVALID_CONFIG.
   *
   * @param folderOfTheFile where relative paths start
   */
  public static SimulationConfig read(Settings settings, Path folderOfTheFile) {
    Path folder = folderOfTheFile.toAbsolutePath().normalize();
    DataChoice data = DataChoice.read(settings.section("data"), folder);
    var config =
        new SimulationConfig(
            settings.text("about", ""),
            settings.optionalText("base"),
            settings.integer("base-seed", 1, 0, Long.MAX_VALUE),
            settings.optionalInteger("nodes", 1, MOST_NODES).map(Math::toIntExact),
            scheme(settings, data),
            (int) settings.integer("least", Partitioner.USUAL_LEAST, 1, Integer.MAX_VALUE),
            settings.optionalInteger("only", 1, MOST_NODES).map(Math::toIntExact),
            settings.flag("per-node", false),
            settings.optionalInteger("seed", 0, Long.MAX_VALUE),
            data,
            heldOut(settings, data, folder),
            settings.text("workers", "auto").equals("auto")
                ? Optional.empty()
                : Optional.of((int) settings.integer("workers", 1, MOST_WORKERS)),
            settings.choice("durability", "none", List.of("none", "full")).equals("full")
                ? Durability.FULL
                : Durability.NONE,
            settings.number("noise", 0, 0, 1e6),
            shift(settings.section("shift")),
            settings.flag("drift", false),
            Behaviour.read(settings.section("behaviour")),
            settings.optionalSection("malicious").map(Hostility::read));
    settings.finish();
    return config;
  }

  private static FeatureShift shift(Settings section) {
    double scale = section.number("scale", 1, -MOST_SHIFT, MOST_SHIFT);
    if (scale == 0) {
      throw section.refusal("scale", 0, "another number: features times 0 are all alike");
    }
    return new FeatureShift(scale, section.number("offset", 0, -MOST_SHIFT, MOST_SHIFT));
  }

  private static Scheme scheme(Settings settings, DataChoice data) {
    if (settings.has("partition")) {
      return settings.parsed("partition", Scheme::parse);
    }
    return data instanceof DataChoice.Synthetic
        ? new Scheme.Column(SyntheticData.NODE)
        : new Scheme.Even();
  }

  private static Optional<JsonObject> heldOut(Settings settings, DataChoice data, Path folder) {
    if (data instanceof DataChoice.Files) {
      if (!settings.has("held-out")) {
        return Optional.empty();
      }
      JsonObject section = settings.object("held-out");
      SortedMap<String, JsonValue> fields = new TreeMap<>(section.fields());
      for (String key : PATHS) {
        section
            .find(key)
            .filter(JsonValue.JsonString.class::isInstance)
            .map(value -> folder.resolve(((JsonValue.JsonString) value).value()))
            .ifPresent(path -> fields.put(key, JsonValue.of(path.normalize().toString())));
      }
      return Optional.of(JsonValue.object(fields));
    }
    if (settings.has("held-out")) {
      throw settings.refusal("held-out", "given", "none: these data bring their own");
    }
    return Optional.empty();
  }

  /** How many nodes, where the data do not say. */
  public int nodes(int groups) {
    return nodes.orElse(scheme instanceof Scheme.Column ? groups : USUAL_NODES);
  }

  /**
   * The resolved simulation, for reports.
   *
   * @param resolved nodes, seed and workers as they were used
   */
  public JsonObject toJson(Map<String, JsonValue> resolved) {
    SortedMap<String, JsonValue> fields =
        new TreeMap<>(
            JsonValue.object()
                .put("about", about)
                .put("base", base.orElse("the plan's"))
                .put("base-seed", baseSeed)
                .put("partition", scheme.token())
                .put("least", least)
                .put("data", data.toJson())
                .put("durability", durability.token())
                .put("noise", noise)
                .put(
                    "shift",
                    JsonValue.object()
                        .put("scale", shift.scale())
                        .put("offset", shift.offset())
                        .build())
                .put("drift", drift)
                .put("behaviour", behaviour.toJson())
                .build()
                .fields());
    heldOut.ifPresent(section -> fields.put("held-out", section));
    hostility.ifPresent(section -> fields.put("malicious", section.toJson()));
    only.ifPresent(node -> fields.put("only", JsonValue.of(node)));
    fields.putAll(resolved);
    return JsonValue.object(fields);
  }
}
