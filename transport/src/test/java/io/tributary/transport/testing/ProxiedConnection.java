package io.tributary.transport.testing;

import io.tributary.transport.testing.FaultyProxy.Cut;
import io.tributary.transport.testing.FaultyProxy.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link FaultyProxy}: two sockets, one thread for each direction. */
final class ProxiedConnection {
  private static final int CONNECT_MILLIS = 5_000;

  private final Socket client;
  private final Socket server = new Socket();
  private final ProxyLane up;
  private final ProxyLane down;
  private final Set<Way> stalled = EnumSet.noneOf(Way.class);
  private boolean over;
  private @Nullable Cut ended;

  ProxiedConnection(Socket client, ProxyLane up, ProxyLane down) {
    this.client = client;
    this.up = up;
    this.down = down;
  }

  /** Connects and carries bytes until both directions have ended. */
  void run(InetSocketAddress to, Consumer<Runnable> start, Consumer<ProxiedConnection> end) {
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(to, CONNECT_MILLIS);
    } catch (IOException e) {
      cut(Cut.RESET);
      end.accept(this);
      return;
    }
    var back = new java.util.concurrent.CountDownLatch(1);
    start.accept(
        () -> {
          try {
            pump(server, client, Way.TO_CLIENT, down);
          } finally {
            back.countDown();
          }
        });
    pump(client, server, Way.TO_SERVER, up);
    try {
      back.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(client);
    close(server);
    end.accept(this);
  }

  private void pump(Socket from, Socket to, Way way, ProxyLane lane) {
    byte[] block = new byte[64 << 10];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      while (true) {
        int read = in.read(block, 0, lane.block());
        if (read < 0) {
          break;
        }
        if (!forward(block, read, out, way, lane)) {
          drain(from);
          return;
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // one side is gone: so is the other, unless it was cut on purpose
      if (state() == null) {
        cut(Cut.RESET);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False once the connection was cut. */
  private boolean forward(
      byte[] block, int count, java.io.OutputStream out, Way way, ProxyLane lane)
      throws IOException, InterruptedException {
    int done = 0;
    while (done < count) {
      awaitSound(way);
      ProxyLane.Leave leave = lane.ask(count - done, () -> state() == null);
      if (state() != null) {
        return false;
      }
      out.write(block, done, leave.bytes());
      done += leave.bytes();
      Cut cut = leave.cut();
      lane.passed(leave.bytes(), () -> state() == null);
      if (cut != null) {
        cut(cut);
      }
      if (leave.strike() != null) {
        leave.strike().happened();
      }
    }
    return true;
  }

  private synchronized void awaitSound(Way way) throws InterruptedException {
    while (stalled.contains(way) && !over) {
      wait();
    }
  }

  synchronized void stall(Way way) {
    stalled.add(way);
  }

  private synchronized @Nullable Cut state() {
    return ended;
  }

  /** After an orderly cut the other side's words are read and dropped, or it would see a reset. */
  private void drain(Socket from) throws IOException {
    if (state() == Cut.FIN) {
      byte[] block = new byte[64 << 10];
      int dropped;
      do {
        dropped = from.getInputStream().read(block);
      } while (dropped >= 0);
    }
  }

  /** Ends the connection; once. A half-open one can still be ended in another way. */
  void cut(Cut how) {
    if (how == Cut.HALF_OPEN) {
      stall(Way.TO_SERVER);
      stall(Way.TO_CLIENT);
      return;
    }
    synchronized (this) {
      if (over && !(how == Cut.RESET && ended == Cut.FIN)) {
        return;
      }
      over = true;
      ended = how;
      notifyAll();
    }
    if (how == Cut.RESET) {
      reset(client);
      reset(server);
    } else {
      end(client);
      end(server);
    }
    up.wake();
    down.wake();
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // closed already
    }
    close(socket);
  }

  private static void end(Socket socket) {
    try {
      if (!socket.isOutputShutdown()) {
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
