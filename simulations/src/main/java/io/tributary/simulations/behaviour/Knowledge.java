package io.tributary.simulations.behaviour;

import java.util.ArrayList;
import java.util.List;

/**
 * What the attackers of one attempt know.
 *
 * @param honest updates of honest nodes
 * @param own what attackers made by their own work, where they tell each other
 * @param nodes n, that were asked, attackers included
 * @param attackers f of them
 */
record Knowledge(List<float[]> honest, List<float[]> own, int nodes, int attackers) {
  Knowledge {
    honest = List.copyOf(honest);
    own = List.copyOf(own);
  }

  /** The updates that all nodes made by their own work. */
  List<float[]> all() {
    List<float[]> all = new ArrayList<>(honest);
    all.addAll(own);
    return all;
  }
}
