package io.tributary.cli.bench;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Counts who is joined, and when each node was welcomed last. Safe for all threads. */
final class Joins implements IdleNode.Watch {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long LOOK_MILLIS = 5;

  private final Map<IdleNode, Long> welcomed = new HashMap<>();
  private final Map<String, Integer> losses = new TreeMap<>();
  private final Semaphore free = new Semaphore(0);
  private long lost;
  private long ended;

  static ObjectBuilder answer(String event, long nodes, double seconds) {
    return JsonValue.object()
        .put("event", event)
        .put("nodes", nodes)
        .put("seconds", Math.round(seconds * 1e3) / 1e3);
  }

  /** Starts nodes, so many at a time, and waits until all of them are welcomed. */
  JsonObject join(List<IdleNode> nodes, int atATime) throws InterruptedException {
    free.drainPermits();
    free.release(atATime);
    long lostBefore = lost();
    int before = total();
    long begun = System.nanoTime();
    for (IdleNode node : nodes) {
      if (!free.tryAcquire(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
        break;
      }
      node.start();
    }
    // all that were welcomed before stay among those welcomed
    int all = before + nodes.size();
    while (total() < all && System.nanoTime() - begun < PATIENCE_NANOS) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return answer("joined", count(nodes), seconds)
        .put("total", total())
        .put("lost", lost() - lostBefore)
        .put("reasons", reasons())
        .build();
  }

  /** Waits until every node was welcomed after an instant; how those times are spread. */
  JsonObject returned(long sinceMillis, long seconds) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < until && back(sinceMillis).length < total()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS * 10);
    }
    long[] times = back(sinceMillis);
    return spread(times)
        .put("total", total())
        .put("ended", ended())
        .put("reasons", reasons())
        .build();
  }

  /**
   * Seconds of the first, the median and the last, and most within any one second.
   *
   * @param millis sorted
   */
  static ObjectBuilder spread(long[] millis) {
    int busiest = 0;
    int from = 0;
    for (int to = 0; to < millis.length; to++) {
      while (millis[to] - millis[from] >= 1_000) {
        from++;
      }
      busiest = Math.max(busiest, to - from + 1);
    }
    boolean none = millis.length == 0;
    return answer("returned", millis.length, none ? 0 : millis[millis.length - 1] / 1e3)
        .put("first", none ? 0 : millis[0] / 1e3)
        .put("median", none ? 0 : millis[millis.length / 2] / 1e3)
        .put("busiest", busiest);
  }

  private synchronized long[] back(long sinceMillis) {
    long[] times =
        welcomed.values().stream().mapToLong(at -> at - sinceMillis).filter(t -> t >= 0).toArray();
    Arrays.sort(times);
    return times;
  }

  private synchronized long count(List<IdleNode> nodes) {
    return nodes.stream().filter(welcomed::containsKey).count();
  }

  private synchronized int total() {
    return welcomed.size();
  }

  private synchronized long lost() {
    return lost;
  }

  private synchronized long ended() {
    return ended;
  }

  private synchronized JsonObject reasons() {
    var json = JsonValue.object();
    losses.forEach((reason, count) -> json.put(reason, count));
    losses.clear();
    return json.build();
  }

  @Override
  public synchronized void welcomed(IdleNode node) {
    welcomed.put(node, System.currentTimeMillis());
    free.release();
  }

  @Override
  public synchronized void lost(IdleNode node, String reason) {
    lost++;
    losses.merge(reason, 1, Integer::sum);
  }

  @Override
  public synchronized void ended(IdleNode node, String reason) {
    ended++;
    losses.merge("ended: " + reason, 1, Integer::sum);
  }
}
