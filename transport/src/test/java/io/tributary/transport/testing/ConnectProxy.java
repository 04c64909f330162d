package io.tributary.transport.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;

/**
 * A small HTTP proxy that opens tunnels with CONNECT, as sites have them; may ask for a login and
 * may forbid ports. Its threads are named {@code connect-proxy-…} and end with {@link #close}.
 */
public final class ConnectProxy implements AutoCloseable {
  private static final int MOST_HEAD_BYTES = 8_192;
  private static final int HEAD_MILLIS = 20_000;

  /** What was asked for, {@code host:port}, in order. */
  public final List<String> asked = new CopyOnWriteArrayList<>();

  private final ServerSocket listening;
  private final Optional<String> credentials;
  private final IntPredicate ports;
  private final List<Thread> threads = new ArrayList<>();
  private final Set<ProxiedConnection> open = new HashSet<>();

  private ConnectProxy(Optional<String> credentials, IntPredicate ports) throws IOException {
    this.credentials = credentials.map(ConnectProxy::basic);
    this.ports = ports;
    this.listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    start("connect-proxy-accept", this::accept);
  }

  /**
   * Starts to listen on a free port.
   *
   * @param credentials that it asks for, {@code user:password}; empty: none
   * @param ports to which it opens tunnels
   */
  public static ConnectProxy start(Optional<String> credentials, IntPredicate ports) {
    try {
      return new ConnectProxy(credentials, ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  public int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        start("connect-proxy-" + client.getPort(), () -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try {
      client.setSoTimeout(HEAD_MILLIS);
      List<String> head = head(client.getInputStream());
      client.setSoTimeout(0);
      String[] request = head.get(0).split(" ", -1);
      asked.add(request.length > 1 ? request[1] : head.get(0));
      String refusal = refusal(request, head);
      if (refusal.isEmpty()) {
        tunnel(client, request[1]);
      } else {
        answer(client, refusal);
        client.close();
      }
    } catch (IOException e) {
      ProxiedConnection.reset(client);
    }
  }

  private String refusal(String[] request, List<String> head) {
    if (request.length != 3 || !request[0].equals("CONNECT")) {
      return "405 Method Not Allowed";
    }
    String login = "proxy-authorization: " + credentials.orElse("");
    if (credentials.isPresent() && head.stream().noneMatch(line -> same(line, login))) {
      return "407 Proxy Authentication Required";
    }
    return ports.test(address(request[1]).getPort()) ? "" : "403 Forbidden";
  }

  private static boolean same(String line, String wanted) {
    int colon = line.indexOf(':');
    return colon > 0
        && line.substring(0, colon).equalsIgnoreCase(wanted.substring(0, wanted.indexOf(':')))
        && line.substring(colon).equals(wanted.substring(wanted.indexOf(':')));
  }

  private static InetSocketAddress address(String hostPort) {
    int colon = hostPort.lastIndexOf(':');
    return new InetSocketAddress(
        hostPort.substring(0, colon), Integer.parseInt(hostPort.substring(colon + 1)));
  }

  private void tunnel(Socket client, String target) throws IOException {
    var connection = new ProxiedConnection(client, new ProxyLane(), new ProxyLane());
    synchronized (this) {
      open.add(connection);
    }
    answer(client, "200 Connection established");
    connection.run(
        address(target),
        back -> start("connect-proxy-" + client.getPort() + "-back", back),
        this::over);
  }

  private synchronized void over(ProxiedConnection connection) {
    open.remove(connection);
  }

  private static void answer(Socket client, String status) throws IOException {
    client
        .getOutputStream()
        .write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** The lines up to the empty one, and not a byte more. */
  private static List<String> head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || bytes.size() > MOST_HEAD_BYTES) {
        throw new IOException("no head of a request");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.US_ASCII).lines().toList();
  }

  private void start(String label, Runnable job) {
    var thread = new Thread(job, label);
    thread.setDaemon(true);
    synchronized (this) {
      threads.add(thread);
    }
    thread.start();
  }

  @Override
  public void close() {
    List<ProxiedConnection> cutting;
    List<Thread> ending;
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (this) {
      cutting = List.copyOf(open);
      ending = List.copyOf(threads);
    }
    cutting.forEach(connection -> connection.cut(FaultyProxy.Cut.RESET));
    try {
      for (Thread thread : ending) {
        thread.join(Duration.ofSeconds(20).toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
