package io.tributary.simulations.world;

import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Runs the schedule of a seed from the first message to the end of every run, and gives how often
 * what happened in it. A broken invariant throws, with the seed that replays it and the last lines
 * of the trace.
 */
public final class Schedules implements LongFunction<SortedMap<String, Long>> {
  /* Mild storms leave the long deadlines of fixed cohorts behind, rough ones short ones. */
  private static final Duration CALM = Duration.ofDays(1);
  private static final Duration CALM_AFTER_MILD = Duration.ofDays(8);
  private static final long MOST_LINES = 50_000;

  private final boolean heard;
  private final Consumer<SimulatedWorld> meddling;

  public Schedules() {
    this(false);
  }

  /** Prints every line of the trace where {@code heard}. */
  Schedules(boolean heard) {
    this(heard, world -> {});
  }

  /** Lets a test meddle with each world before it begins. */
  Schedules(boolean heard, Consumer<SimulatedWorld> meddling) {
    this.heard = heard;
    this.meddling = meddling;
  }

  @Override
  public SortedMap<String, Long> apply(long seed) {
    var dice = new Dice(seed);
    Storm storm =
        seed % 50 == 0 ? Storm.none() : seed % 3 == 0 ? Storm.mild(dice) : Storm.rough(dice);
    var world = new SimulatedWorld(dice, storm, heard, System.out::println);
    meddling.accept(world);
    try {
      run(world);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "\n" + world.trace().tail() + "replay: seed=" + seed, e);
    }
    return world.trace().counts();
  }

  private static void run(SimulatedWorld world) {
    Dice dice = world.dice();
    populate(world);
    var weather = new Weather(world);
    world.nodes().forEach(node -> world.timeline().after(dice.millis(0, 60_000), node::start));
    world.timeline().after(dice.millis(0, 5_000), world::startCoordinator);
    var starts = new Starts(world);
    for (RunSpec spec : world.specs()) {
      boolean onwards = !spec.equals(world.specs().get(0)) && dice.chance(0.4);
      long latest = onwards ? 3_600_000 : 300_000;
      world.timeline().after(dice.millis(0, latest), () -> starts.ask(spec, onwards));
    }
    weather.begin();
    world.runUntil(Timeline.START.plus(world.storm().lasts()), MOST_LINES);
    if (!world.ended()) {
      world.trace().count("schedule with a calm");
      world.calm();
      Duration calm = world.storm().mild() ? CALM_AFTER_MILD : CALM;
      world.runUntil(world.timeline().now().plus(calm), MOST_LINES);
    }
    Violation.unless(world.ended(), "every run whose quorum can be reached ends", phases(world));
    world.results().forEach(run -> judge(world, run));
  }

  private static void populate(SimulatedWorld world) {
    Dice dice = world.dice();
    List<NodeName> names = new ArrayList<>();
    int count = 2 + dice.below(6);
    for (int i = 0; i < count; i++) {
      names.add(new NodeName("n" + i));
      world.add(names.get(i));
    }
    int runs = 1 + dice.below(3);
    for (int i = 0; i < runs; i++) {
      boolean again = i > 0 && dice.chance(0.25);
      Plan plan =
          again
              ? world.specs().get(i - 1).plan()
              : world.storm().mild() ? RunPlans.fixed(dice, names) : RunPlans.any(dice, names);
      world.specs().add(RunPlans.spec("r-" + i, plan, dice.chance(0.3)));
    }
  }

  private static void judge(SimulatedWorld world, RunState run) {
    world.trace().count("run " + run.phase());
    if (run.phase() != Phase.COMPLETED) {
      return;
    }
    Violation.unless(run.completion().isPresent(), "a completed run says why", run.run());
    if (!run.plan().deterministic()) {
      return;
    }
    boolean stands = run.determinism().equals("stands");
    world.trace().count(stands ? "promise stands" : "promise does not stand");
    boolean whole =
        run.plan().federation().cohort().fraction() == 1
            && run.plan().evaluation().patience().isEmpty()
            && run.plan().evaluation().target().isEmpty();
    if (stands && whole) {
      world.trace().count("digest of an undisturbed run");
      Violation.unless(
          run.finalDigest().equals(Content.undisturbed(run.spec()).trained().digest()),
          "the promise gives the digest of an undisturbed run",
          run.run());
    }
  }

  private static List<String> phases(SimulatedWorld world) {
    return world.results().stream()
        .map(run -> run.run() + " " + run.phase() + " " + run.reason() + " " + run.open())
        .toList();
  }
}
