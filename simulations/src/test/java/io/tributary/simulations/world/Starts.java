package io.tributary.simulations.world;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators that start runs: from a base model, or from what another run has committed. */
final class Starts {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(20);

  private record Source(RoundId round, Checkpoint checkpoint) {}

  private final SimulatedWorld world;

  Starts(SimulatedWorld world) {
    this.world = world;
  }

  /**
   * Asks for a run until the coordinator says that it exists.
   *
   * @param onwards from another run's checkpoint, if one is kept when the run begins
   */
  void ask(RunSpec spec, boolean onwards) {
    boolean[] told = {false};
    world
        .front()
        .ifPresent(
            front -> {
              Optional<RunSpec> known = world.invariants().run(spec.run()).map(RunWitness::spec);
              RunSpec wanted = known.orElseGet(() -> onwards ? onwards(spec) : spec);
              if (known.isEmpty()) {
                front.work().store(wanted.zero());
              }
              front.submit(
                  new RoundEvent.RunAsked(wanted),
                  answer -> {
                    Violation.unless(
                        answer instanceof Answer.Done, "asking twice does no harm", answer);
                    told[0] = true;
                    if (known.isEmpty()) {
                      front.work().release(wanted.zero());
                    }
                  });
            });
    world
        .timeline()
        .after(
            ASK_AGAIN,
            () -> {
              if (!told[0]) {
                ask(spec, onwards);
              }
            });
  }

  private RunSpec onwards(RunSpec spec) {
    List<Source> kept = new ArrayList<>();
    for (RunWitness run : world.invariants().runs()) {
      List<Checkpoint> rounds = run.committed();
      for (int i = 0; i < rounds.size(); i++) {
        if (world.disk().holds(rounds.get(i))) {
          kept.add(new Source(new RoundId(run.spec().run(), i), rounds.get(i)));
        }
      }
    }
    if (kept.isEmpty()) {
      return spec;
    }
    Source source = world.dice().pick(kept);
    RunId from = source.round().run();
    boolean over = world.invariants().run(from).filter(run -> run.phase().ended()).isPresent();
    world.trace().count(over ? "run from a run that is over" : "run from a run that goes on");
    return RunPlans.spec(spec.run().value(), spec.plan(), source.checkpoint(), spec.test())
        .startingFrom(source.round());
  }
}
