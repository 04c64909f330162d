package io.tributary.simulations.behaviour;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.simulations.engine.LocalTask;
import java.util.Comparator;

/** The model that the first node in name order trained in the first round. Safe for threads. */
final class FirstModel {
  private record Key(int round, NodeName node) {
    static Key of(AssignmentId id) {
      return new Key(id.round().round(), id.node());
    }
  }

  private static final Comparator<Key> ORDER =
      Comparator.comparingInt(Key::round).thenComparing(Key::node);

  private Key key = new Key(Integer.MAX_VALUE, new NodeName("none"));
  private float[] values = {};

  /** A node has made an update of the model that its task begins from. */
  synchronized void see(LocalTask task, float[] update) {
    Key seen = Key.of(task.offer().id());
    if (ORDER.compare(seen, key) > 0) {
      return;
    }
    float[] model = DeltaValues.present(task);
    for (int i = 0; i < model.length; i++) {
      model[i] += update[i];
    }
    key = seen;
    values = model;
  }

  /** Its values, where an update has its delta; empty before any. */
  synchronized float[] values() {
    return values.clone();
  }
}
