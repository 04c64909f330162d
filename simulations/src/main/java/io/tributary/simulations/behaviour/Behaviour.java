package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How nodes fail without meaning to. Each is drawn for a node and a round from the simulation's
 * seed.
 *
 * @param available share of rounds in which a node takes what it is offered
 * @param dropout share of assignments that a node does not finish
 * @param stragglers how slow nodes are; empty: all alike
 */
public record Behaviour(double available, double dropout, Optional<Stragglers> stragglers) {
  /** Every node is there, finishes, and is as fast as the others. */
  public static final Behaviour NONE = new Behaviour(1, 0, Optional.empty());

  public Behaviour {
    requireNonNull(stragglers, "stragglers");
  }

  /**
   * A node's time for its work is log-normal around the usual one: {@code exp(sigma N(0, 1))} times
   * as long.
   *
   * @param sigma above 0
   * @param limit of the usual time, after which a round does not wait any more; nothing where it
   *     waits
   * @param late what becomes of a node that would be late
   */
  public record Stragglers(double sigma, double limit, Late late) {
    public Stragglers {
      requireNonNull(late, "late");
    }

    /** The part of its work that a node does that takes so many times the usual time. */
    double share(double factor) {
      return late == Late.WAIT ? 1 : Math.min(1, limit / factor);
    }

    /** How long a node is at work, in usual times, that would take so long for all of it. */
    double time(double factor) {
      return late == Late.WAIT ? factor : Math.min(limit, factor);
    }
  }

  /** What becomes of a node that would be late. */
  public enum Late {
    /** It sends nothing. */
    DROP,
    /** It sends what it has by then, as FedProx allows (Li et al., MLSys 2020). */
    PARTIAL,
    /** It is waited for, and virtual time is counted. */
    WAIT;

    String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it is counted how long nodes take. */
  public boolean timed() {
    return stragglers.filter(slow -> slow.late == Late.WAIT).isPresent();
  }

  /** Reads the section {@code behaviour}; the caller finishes it. */
  public static Behaviour read(Settings section) {
    return new Behaviour(
        section.number("available", 1, 0, 1),
        section.number("dropout", 0, 0, 1),
        section.optionalSection("stragglers").map(Behaviour::stragglers));
  }

  private static Stragglers stragglers(Settings section) {
    return new Stragglers(
        section.number("sigma", 0.5, 0, 10),
        section.number("limit", 2, 0.01, 1e6),
        Late.valueOf(
            section
                .choice(
                    "late",
                    Late.DROP.token(),
                    Arrays.stream(Late.values()).map(Late::token).toList())
                .toUpperCase(Locale.ROOT)));
  }

  public JsonObject toJson() {
    var json = JsonValue.object().put("available", available).put("dropout", dropout);
    stragglers.ifPresent(
        slow ->
            json.put(
                "stragglers",
                JsonValue.object()
                    .put("sigma", slow.sigma)
                    .put("limit", slow.limit)
                    .put("late", slow.late.token())
                    .build()));
    return json.build();
  }
}
