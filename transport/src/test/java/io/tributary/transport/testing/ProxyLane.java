package io.tributary.transport.testing;

import io.tributary.transport.testing.FaultyProxy.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one direction of a {@link FaultyProxy} does to bytes, for all its connections. */
final class ProxyLane {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int BLOCKS_PER_SECOND = 20;
  private static final int REMEMBERED_TIMES = 100_000;

  /** A fault that strikes once, after so many bytes more; without a cut it is a stall. */
  private record Armed(long left, @Nullable Cut how, Strike strike) {
    Armed less(long bytes) {
      return new Armed(left - bytes, how, strike);
    }
  }

  /**
   * What may pass.
   *
   * @param bytes that may; fewer than asked where a fault comes first, 0: none, look at the cut
   * @param cut of the connection behind those bytes, if any
   * @param strike to be told once the cut is made, where it was not told before
   */
  record Leave(int bytes, @Nullable Cut cut, @Nullable Strike strike) {}

  private final List<Long> times = new ArrayList<>();
  private @Nullable Armed armed;
  private boolean stalled;
  private boolean closed;
  private Duration delay = Duration.ZERO;
  private long bytesPerSecond;
  private long bytes;

  synchronized Strike cutAfter(long count, Cut how) {
    return arm(new Armed(count, how, new Strike()));
  }

  synchronized Strike stallAfter(long count) {
    return arm(new Armed(count, null, new Strike()));
  }

  private Strike arm(Armed fault) {
    armed = fault;
    notifyAll();
    return fault.strike;
  }

  synchronized void stall() {
    stalled = true;
  }

  synchronized void resume() {
    stalled = false;
    notifyAll();
  }

  synchronized void delay(Duration wait) {
    delay = wait;
    notifyAll();
  }

  synchronized void throttle(long perSecond) {
    bytesPerSecond = perSecond;
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized List<Long> times() {
    return List.copyOf(times);
  }

  synchronized boolean awaitBytes(long count, Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (bytes < count && !closed) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return bytes >= count;
  }

  /** Most bytes to read at once, so that a throttled lane is smooth. */
  synchronized int block() {
    return bytesPerSecond == 0
        ? BLOCK_BYTES
        : (int) Math.max(1, Math.min(BLOCK_BYTES, bytesPerSecond / BLOCKS_PER_SECOND));
  }

  /**
   * Waits until some of the bytes may pass.
   *
   * @param waiting asked again and again; once false, nothing passes
   */
  synchronized Leave ask(int count, java.util.function.BooleanSupplier waiting)
      throws InterruptedException {
    long held = System.nanoTime() + delay.toNanos();
    while (!closed && waiting.getAsBoolean()) {
      long left = held - System.nanoTime();
      if (stalled) {
        wait();
      } else if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } else {
        return grant(count);
      }
    }
    return new Leave(0, Cut.RESET, null);
  }

  private Leave grant(int count) {
    Armed fault = armed;
    if (fault == null) {
      return new Leave(count, null, null);
    }
    if (fault.left >= count) {
      armed = fault.less(count);
      return new Leave(count, null, null);
    }
    armed = null;
    Cut how = fault.how;
    if (how == null) {
      stalled = true;
    }
    if (how == Cut.HALF_OPEN) {
      // the other way must be silent too before anybody builds on it
      return new Leave((int) fault.left, how, fault.strike);
    }
    fault.strike.happened();
    return new Leave((int) fault.left, how, null);
  }

  /** Bytes have been forwarded; waits as long as the lane's rate asks for. */
  synchronized void passed(int count, java.util.function.BooleanSupplier waiting)
      throws InterruptedException {
    bytes += count;
    if (times.size() < REMEMBERED_TIMES) {
      times.add(System.nanoTime());
    }
    notifyAll();
    long start = System.nanoTime();
    while (bytesPerSecond > 0 && !closed && waiting.getAsBoolean()) {
      long left = start + TimeUnit.SECONDS.toNanos(1) * count / bytesPerSecond - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Wakes those that wait, since what they wait on has changed. */
  synchronized void wake() {
    notifyAll();
  }
}
