package io.tributary.transport.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on loopback that does to bytes what networks do: cuts, stalls, delays, throttles, in
 * each direction apart, changed while it runs. It knows nothing of what it carries. Every thread is
 * its own, named {@code faulty-proxy-…}, and ends with {@link #close}.
 *
 * <p>One lock, {@code this}, guards connections and faults; it is never held while a socket blocks.
 */
public final class FaultyProxy implements AutoCloseable {
  /** A direction: from who connected to who listens, or back. */
  public enum Way {
    TO_SERVER,
    TO_CLIENT
  }

  /** How a connection ends. */
  public enum Cut {
    /** With a reset; bytes under way are lost. */
    RESET,
    /** With an orderly end of both streams. */
    FIN,
    /** Without a word: it stays open for both sides and carries nothing any more. */
    HALF_OPEN
  }

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final String name = "faulty-proxy-" + NUMBERS.incrementAndGet();
  private final ServerSocket listening;
  private final Map<Way, ProxyLane> lanes = new EnumMap<>(Way.class);
  private final Set<ProxiedConnection> open = new HashSet<>();
  private final List<Thread> threads = new ArrayList<>();
  private InetSocketAddress target;
  private int accepted;
  private int refusals;
  private boolean closed;

  private FaultyProxy(InetSocketAddress target, InetSocketAddress at) throws IOException {
    this.target = requireNonNull(target, "target");
    this.listening = new ServerSocket(at.getPort(), 128, at.getAddress());
    for (Way way : Way.values()) {
      lanes.put(way, new ProxyLane());
    }
    start(name + "-accept", this::accept);
  }

  /** Starts to listen on a free port. */
  public static FaultyProxy to(InetSocketAddress target) {
    try {
      return new FaultyProxy(target, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts to listen at an address of this machine; an address in use is an exception. */
  public static FaultyProxy at(InetSocketAddress own, InetSocketAddress target) throws IOException {
    return new FaultyProxy(target, own);
  }

  /** Where it listens, at {@code localhost}. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Where connections that come from now on lead. */
  public synchronized void target(InetSocketAddress next) {
    target = requireNonNull(next, "next");
  }

  /** Ends every open connection. */
  public void cut(Cut how) {
    List<ProxiedConnection> now;
    synchronized (this) {
      now = List.copyOf(open);
    }
    now.forEach(connection -> connection.cut(how));
  }

  /** Resets so many of the connections that come next, as soon as they are made. */
  public synchronized void refuse(int connections) {
    refusals = connections;
  }

  /**
   * Lets exactly so many bytes pass from now on, over whichever connections, then ends the
   * connection that would carry the next; once.
   *
   * @return the moment at which it happens
   */
  public Strike cutAfter(Way way, long bytes, Cut how) {
    return lane(way).cutAfter(bytes, how);
  }

  /** Forwards nothing any more; connections are still accepted, and nobody is told. */
  public void stall(Way way) {
    lane(way).stall();
  }

  /** Lets exactly so many bytes pass from now on, then stalls. */
  public Strike stallAfter(Way way, long bytes) {
    return lane(way).stallAfter(bytes);
  }

  /** Stalls one way of the connections that are open now; those that come later are sound. */
  public void stallOpen(Way way) {
    List<ProxiedConnection> now;
    synchronized (this) {
      now = List.copyOf(open);
    }
    now.forEach(connection -> connection.stall(way));
  }

  /** Ends a stall; what was held back goes on. */
  public void resume(Way way) {
    lane(way).resume();
  }

  /** Holds each block of bytes back for so long. */
  public void delay(Way way, Duration wait) {
    lane(way).delay(wait);
  }

  /** Forwards at most so many bytes a second over each connection; 0: as many as there are. */
  public void throttle(Way way, long bytesPerSecond) {
    lane(way).throttle(bytesPerSecond);
  }

  /** Bytes forwarded since the start. */
  public long bytes(Way way) {
    return lane(way).bytes();
  }

  /** Times at which blocks were forwarded, nanoseconds of {@link System#nanoTime}. */
  public List<Long> times(Way way) {
    return lane(way).times();
  }

  /** Waits until so many bytes have been forwarded; false where that took longer. */
  public boolean awaitBytes(Way way, long bytes, Duration longest) throws InterruptedException {
    return lane(way).awaitBytes(bytes, longest);
  }

  /** Connections accepted since the start, refused ones included. */
  public synchronized int accepted() {
    return accepted;
  }

  /** Connections that are open. */
  public synchronized int connections() {
    return open.size();
  }

  private ProxyLane lane(Way way) {
    return requireNonNull(lanes.get(way));
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        InetSocketAddress next;
        int number;
        synchronized (this) {
          number = ++accepted;
          next = target;
          if (refusals > 0 || closed) {
            refusals--;
            next = null;
          }
        }
        if (next == null) {
          ProxiedConnection.reset(client);
        } else {
          begin(client, next, name + "-" + number);
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void begin(Socket client, InetSocketAddress to, String label) {
    var connection = new ProxiedConnection(client, lane(Way.TO_SERVER), lane(Way.TO_CLIENT));
    synchronized (this) {
      open.add(connection);
    }
    start(label, () -> connection.run(to, back -> start(label + "-back", back), this::over));
  }

  private synchronized void over(ProxiedConnection connection) {
    open.remove(connection);
  }

  private void start(String label, Runnable job) {
    var thread = new Thread(job, label);
    thread.setDaemon(true);
    synchronized (this) {
      threads.removeIf(old -> !old.isAlive() && old.getState() == Thread.State.TERMINATED);
      threads.add(thread);
    }
    thread.start();
  }

  /** Resets what is open and waits until every thread has ended. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lanes.values().forEach(ProxyLane::close);
    cut(Cut.RESET);
    List<Thread> ending;
    synchronized (this) {
      ending = List.copyOf(threads);
    }
    try {
      for (Thread thread : ending) {
        thread.join(Duration.ofSeconds(20).toMillis());
        if (thread.isAlive()) {
          throw new IllegalStateException(thread.getName() + " does not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
