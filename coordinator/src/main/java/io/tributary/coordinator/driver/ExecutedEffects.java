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
      return effect instanceof Effect.ClearSpool || effect instanceof Effect.ApplyRetention
          ? CLEANING
          : WORK;
    }
  }

  /** Live assignments are added by draws alone, and reached while their nodes are connected. */
  private record Drawn(long sequence, boolean active) {
    static Drawn of(RunState run) {
      return new Drawn(run.open().drawn(), run.phase().active());
    }
  }

  /** What a run's end or commit leaves; also what another run does not keep any more. */
  private record Left(int rounds, boolean ended) {
    static Left of(RunState run) {
      return new Left(run.rounds().size(), run.phase().ended());
    }
  }

  private final Map<Kind, Set<EffectId>> executed = new EnumMap<>(Kind.class);
  private Map<RunId, Drawn> drawn = Map.of();
  private Map<RunId, Left> left = Map.of();
  private Optional<Roster> roster = Optional.empty();

  private Optional<Cleaned> cleaned = Optional.empty();

  /** Sequence of each run up to which its updates have been given to judging. */
  private final Map<RunId, Long> judged = new HashMap<>();

  /** The effects that have not been executed yet; they count as executed from now on. */
  List<Effect> fresh(RoundMachine machine) {
    World world = machine.world();
    Map<RunId, Drawn> drawnNow = each(world, Drawn::of);
    Map<RunId, Left> leftNow = each(world, Left::of);
    boolean offers =
        !drawnNow.equals(drawn) || roster.filter(same -> same == world.roster()).isEmpty();
    boolean cleaning = !leftNow.equals(left);
    drawn = drawnNow;
    left = leftNow;
    roster = Optional.of(world.roster());
    boolean all = cleaned.isEmpty();
    List<Effect> pending =
        machine.effects(run -> offers, run -> all, run -> judged.getOrDefault(run.run(), 0L));
    if (cleaning) {
      cleaned.ifPresent(earlier -> pending.addAll(machine.cleaningSince(earlier)));
      cleaned = Optional.of(machine.cleaned());
    }
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
    return fresh;
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
