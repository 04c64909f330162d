package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.TimeSpan;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where candidates are evaluated.
 *
 * @param choice whose figures choose the best checkpoint and stop the run
 * @param quorum fewest sites with whose figures a round goes on, where the sites' choose
 * @param deadline how long a round waits for the sites' figures
 */
public record EvaluationPlaces(Where where, Place choice, int quorum, Duration deadline) {
  /** On the coordinator's held-out set alone. */
  public static final EvaluationPlaces CENTRAL =
      new EvaluationPlaces(Where.CENTRAL, Place.CENTRAL, 1, Duration.ofMinutes(10));

  /** Which of both places evaluate. */
  public enum Where {
    /** The coordinator, on its held-out selection part. */
    CENTRAL,
    /** The sites, each on its own validation part. */
    SITES,
    /** Both. */
    BOTH;

    /** The word used in plans. */
    public String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One of both places. */
  public enum Place {
    /** The coordinator. */
    CENTRAL,
    /** All sites that told their sums, together. */
    SITES;

    /** The word used in plans. */
    public String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public EvaluationPlaces {
    requireNonNull(where, "where");
    requireNonNull(choice, "choice");
    requireNonNull(deadline, "deadline");
  }

  static EvaluationPlaces read(Settings settings, Settings choose) {
    List<String> tokens = Arrays.stream(Where.values()).map(Where::token).toList();
    String word = settings.choice("where", Where.CENTRAL.token(), tokens);
    Where where = Where.values()[tokens.indexOf(word)];
    Settings sites = settings.section("sites");
    var places =
        new EvaluationPlaces(
            where,
            choice(choose, where),
            (int) sites.integer("quorum", CENTRAL.quorum, 1, 1_000_000),
            sites.duration("deadline", CENTRAL.deadline));
    if (!places.atSites() && (sites.has("quorum") || sites.has("deadline"))) {
      throw settings.refusal("sites", "written", "where: sites or both");
    }
    if (places.deadline.isZero()) {
      throw sites.refusal("deadline", "0ms", "longer than nothing");
    }
    return places;
  }

  private static Place choice(Settings choose, Where where) {
    Place byDefault = where == Where.SITES ? Place.SITES : Place.CENTRAL;
    String word =
        choose.choice("by", byDefault.token(), List.of(Place.CENTRAL.token(), Place.SITES.token()));
    Place place = word.equals(Place.SITES.token()) ? Place.SITES : Place.CENTRAL;
    if (where != Where.BOTH && place != byDefault) {
      throw choose.refusal(
          "by", word, byDefault.token() + " where " + where.token() + " evaluates");
    }
    return place;
  }

  /** Whether sites evaluate. */
  public boolean atSites() {
    return where != Where.CENTRAL;
  }

  /** Whether the coordinator does. */
  public boolean atCentre() {
    return where != Where.SITES;
  }

  /** Whether the sites' figures choose. */
  public boolean sitesChoose() {
    return choice == Place.SITES;
  }

  /** Refuses a metric that choosing by the sites' sums can't have. */
  void check(Settings choose, Metric metric) {
    if (sitesChoose() && !metric.addsUp()) {
      throw choose.refusal(
          "metric",
          metric.token(),
          "a metric whose sums add up over sites; "
              + metric.token()
              + " needs all predictions in one place");
    }
  }

  /**
   * Where, and what else is not the default: plans written before there was a choice keep their
   * digest.
   */
  void write(ObjectBuilder evaluation, ObjectBuilder choose) {
    evaluation.put("where", where.token());
    if (where == Where.BOTH) {
      choose.put("by", choice.token());
    }
    if (atSites()) {
      evaluation.put(
          "sites",
          JsonValue.object()
              .put("quorum", quorum)
              .put("deadline", TimeSpan.format(deadline))
              .build());
    }
  }
}
