package io.tributary.coordinator.driver;

import io.tributary.coordinator.round.Cleaned;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.Roster;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.RunId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which effects of those that states ask for have been executed. Offers and cleaning change seldom
 * while a round changes with every word of every node, so they are derived again only when what
 * they follow from has changed; judging, of which a round has as much as nodes, only for what
 * happened since. Owned by the driver's thread.
 */
final class ExecutedEffects {
  private enum Kind {
    OFFER,
    CLEANING,
    WORK;

    static Kind of(Effect effect) {
      if (effect instanceof Effect.OfferAssignment) {
        return OFFER;
      }
      boolean cleans =
          effect instanceof Effect.ClearSpool
              || effect instanceof Effect.ClearUpdates
              || effect instanceof Effect.ApplyRetention;
      return cleans ? CLEANING : WORK;
    }
  }

  /**
   * Live assignments are added by draws alone, and reached while their nodes are connected.
   *
   * @param offered what makes all of them to be offered again
   * @param drawn sequence of the newest draw
   */
  private record Drawn(String offered, boolean active, long drawn) {
    static Drawn of(RunState run) {
      return new Drawn(RoundMachine.offered(run), run.phase().active(), run.open().drawn());
    }

    boolean offersAgain(Drawn before) {
      return !offered.equals(before.offered) || active != before.active;
    }
  }

  /** What a run's end or commit leaves; also what another run does not keep any more. */
  private record Left(int rounds, boolean ended) {
    static Left of(RunState run) {
      return new Left(run.rounds().size(), run.phase().ended());
    }
  }

  /** So many offers are remembered beside twice as many as were asked for by all. */
  private static final int SPARE = 1_024;

  private final Map<Kind, Set<EffectId>> executed = new EnumMap<>(Kind.class);
  private Map<RunId, Drawn> drawn = Map.of();
  private Map<RunId, Left> left = Map.of();
  private Optional<Roster> roster = Optional.empty();

  private Optional<Cleaned> cleaned = Optional.empty();

  /** How many offers there were when all were derived last. */
  private int derived;

  /** Sequence of each run up to which its offers have been made. */
  private final Map<RunId, Long> offered = new HashMap<>();

  /** Sequence of each run up to which its updates have been given to judging. */
  private final Map<RunId, Long> judged = new HashMap<>();

  /** The effects that have not been executed yet; they count as executed from now on. */
  List<Effect> fresh(RoundMachine machine) {
    World world = machine.world();
    Map<RunId, Left> leftNow = each(world, Left::of);
    boolean offers = offersAgain(world);
    boolean cleaning = !leftNow.equals(left);
    left = leftNow;
    boolean all = cleaned.isEmpty();
    List<Effect> pending =
        machine.effects(
            run -> offered.getOrDefault(run.run(), 0L),
            run -> all,
            run -> judged.getOrDefault(run.run(), 0L));
    if (cleaning) {
      cleaned.ifPresent(earlier -> pending.addAll(machine.cleaningSince(earlier)));
      cleaned = Optional.of(machine.cleaned());
    }
    world.runs().values().forEach(run -> offered.put(run.run(), run.marks().sequence()));
    world.runs().values().forEach(this::noteJudged);
    Map<Kind, Set<EffectId>> asked = new EnumMap<>(Kind.class);
    List<Effect> fresh = new ArrayList<>();
    for (Effect effect : pending) {
      if (effect instanceof Effect.JudgeUpdate) {
        fresh.add(effect);
        continue;
      }
      Kind kind = Kind.of(effect);
      asked.computeIfAbsent(kind, key -> new HashSet<>()).add(effect.id());
      if (executed.computeIfAbsent(kind, key -> new HashSet<>()).add(effect.id())) {
        fresh.add(effect);
      }
    }
    retain(Kind.WORK, asked, true);
    retain(Kind.OFFER, asked, offers);
    retain(Kind.CLEANING, asked, cleaning);
    derived = offers ? executed.getOrDefault(Kind.OFFER, Set.of()).size() : derived;
    return fresh;
  }

  /**
   * Whether all offers are derived again, also where too many are remembered of assignments that
   * are over; else those since {@link #offered}, which without a draw are none.
   */
  private boolean offersAgain(World world) {
    Map<RunId, Drawn> before = drawn;
    drawn = each(world, Drawn::of);
    boolean again = roster.filter(same -> same == world.roster()).isEmpty() || crowded();
    roster = Optional.of(world.roster());
    for (RunState run : world.runs().values()) {
      Drawn now = Drawn.of(run);
      Drawn earlier = before.get(run.run());
      again |= earlier == null || now.offersAgain(earlier);
      if (now.equals(earlier)) {
        offered.put(run.run(), run.marks().sequence());
      }
    }
    if (again) {
      offered.clear();
    }
    return again;
  }

  private boolean crowded() {
    return executed.getOrDefault(Kind.OFFER, Set.of()).size() > 2 * derived + SPARE;
  }

  /** While a run waits to try again nothing is asked for, so nothing has been executed. */
  private void noteJudged(RunState run) {
    if (run.phase().ended()) {
      judged.remove(run.run());
    } else if (run.marks().nextTry().isEmpty()) {
      judged.put(run.run(), run.marks().sequence());
    }
  }

  private void retain(Kind kind, Map<Kind, Set<EffectId>> asked, boolean derived) {
    if (derived) {
      executed.getOrDefault(kind, new HashSet<>()).retainAll(asked.getOrDefault(kind, Set.of()));
    }
  }

  private static <T> Map<RunId, T> each(World world, Function<RunState, T> basis) {
    Map<RunId, T> all = new HashMap<>();
    world.runs().forEach((id, run) -> all.put(id, basis.apply(run)));
    return all;
  }
}
