package io.tributary.simulations.engine;

import io.tributary.federation.NodeName;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The names of virtual nodes, whose order by bytes is that of their numbers. */
public final class NodeNames {
  private NodeNames() {}

  /** {@code node-01} to {@code node-10}: as many digits as the last one needs. */
  public static List<NodeName> of(int nodes) {
    int digits = Integer.toString(nodes).length();
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(number -> String.format(Locale.ROOT, "node-%0" + digits + "d", number))
        .map(NodeName::new)
        .toList();
  }
}
