package io.tributary.coordinator.artifact;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that keeps what was used last and forgets the rest, so that a process may run for months.
 * Not safe for several threads.
 */
public final class RecentlyUsed<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int most;

  /**
   * @param most entries that are kept
   */
  public RecentlyUsed(int most) {
    super(16, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
