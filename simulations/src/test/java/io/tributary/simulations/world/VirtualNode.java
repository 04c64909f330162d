package io.tributary.simulations.world;

import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A site's machine: its disk outlives the processes that run on it one after the other. */
final class VirtualNode {
  private final SimulatedWorld world;
  private final NodeName name;
  private final SortedMap<AssignmentId, UpdateFacts> disk = new TreeMap<>();
  private Optional<NodeLife> life = Optional.empty();
  private boolean gone;

  VirtualNode(SimulatedWorld world, NodeName name) {
    this.world = world;
    this.name = name;
  }

  NodeName name() {
    return name;
  }

  /** Finished updates that have no receipt yet. */
  SortedMap<AssignmentId, UpdateFacts> disk() {
    return disk;
  }

  Optional<NodeLife> life() {
    return life;
  }

  void start() {
    if (life.isEmpty() && !gone) {
      var born = new NodeLife(world, this);
      life = Optional.of(born);
      born.start();
    }
  }

  /** Kill -9; the site starts it again after a while. */
  void kill() {
    life.ifPresent(
        dying -> {
          world.trace().say(name.value(), "killed", disk.keySet());
          world.trace().count("node killed");
          if (!disk.isEmpty()) {
            world.trace().count("node killed with a finished update");
          }
          dying.die();
        });
    startLater();
  }

  /** The process ended by itself; somebody at the site starts it again. */
  void ended() {
    life.ifPresent(NodeLife::die);
    startLater();
  }

  private void startLater() {
    life = Optional.empty();
    long most = world.dice().isCalm() ? 30_000 : 300_000;
    world.timeline().after(world.dice().millis(500, most), this::start);
  }

  /** For good. */
  void remove() {
    gone = true;
    life.ifPresent(NodeLife::die);
    life = Optional.empty();
  }
}
