package io.tributary.coordinator.round;

import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How far the cleaning of a world went, so that a later one names what is new to be thrown away and
 * not all that ever was.
 *
 * @param kept what no retention threw away
 * @param rounds of each run, committed by then
 */
public record Cleaned(Set<Digest> kept, Map<RunId, Integer> rounds) {
  public Cleaned {
    kept = Set.copyOf(kept);
    rounds = Map.copyOf(rounds);
  }

  static Cleaned of(World world) {
    Map<RunId, Integer> rounds = new HashMap<>();
    world.runs().forEach((id, run) -> rounds.put(id, run.rounds().size()));
    return new Cleaned(PendingEffects.kept(world), rounds);
  }
}
