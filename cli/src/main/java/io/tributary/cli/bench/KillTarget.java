package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a kill -9 hits. */
public enum KillTarget {
  /** The coordinator. */
  COORDINATOR,
  /** One node. */
  NODE,
  /** The worker of one node. */
  WORKER,
  /** The worker of the coordinator. */
  COORDINATOR_WORKER,
  /** The coordinator and one node at the same time. */
  BOTH;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a list such as {@code coordinator,node}. */
  public static List<KillTarget> list(String text) {
    List<KillTarget> targets = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      targets.add(of(word.strip()));
    }
    return List.copyOf(targets);
  }

  private static KillTarget of(String word) {
    for (KillTarget target : values()) {
      if (target.toString().equals(word)) {
        return target;
      }
    }
    throw FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "--targets",
        word,
        "coordinator, node, worker, coordinator-worker, both",
        "Choose some of them.");
  }

  boolean coordinator() {
    return this == COORDINATOR || this == BOTH;
  }

  boolean node() {
    return this == NODE || this == BOTH;
  }
}
