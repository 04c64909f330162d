package io.tributary.transport;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One listening address with event loops and call threads that nothing else uses. */
final class TlsListener {
  /**
   * Bytes of a connection and of a call that may be under way to a receiver who has not taken them
   * yet. It is fixed: gRPC's own guess asks with a ping beside received data and grows to 8 MiB,
   * which a coordinator whose disk is slower than its network then holds for every node. What a
   * connection can carry is this over the time of a round trip: 40 MB/s at 50 ms.
   */
  static final int WINDOW_BYTES = 2 << 20;

  private static final int METADATA_BYTES = 16 << 10;
  private static final int EVENT_LOOPS = 2;
  private static final int CALLS_PER_CONNECTION = 16;

  /** Connections that wait to be accepted; the system cuts it down to its own limit. */
  private static final int BACKLOG = 4_096;

  private final Server server;
  private final EventLoops accepting;
  private final EventLoops serving;
  private final ExecutorService calls;

  private TlsListener(
      Server server, EventLoops accepting, EventLoops serving, ExecutorService calls) {
    this.server = server;
    this.accepting = accepting;
    this.serving = serving;
    this.calls = calls;
  }

  /**
   * What a listener is like.
   *
   * @param name of its threads
   * @param threads for calls
   * @param messageBytes largest message
   * @param connections of one certificate at most
   */
  record Form(
      String name,
      InetSocketAddress address,
      int threads,
      int messageBytes,
      int connections,
      KeepAlive keepAlive,
      ListenPatience patience) {}

  static TlsListener start(Form form, TlsMaterial tls, List<ServerServiceDefinition> services) {
    String name = "tributary-" + form.name();
    var accepting = EventLoops.start(name + "-accept", 1);
    var serving = EventLoops.start(name + "-io", EVENT_LOOPS);
    var calls =
        Executors.newFixedThreadPool(
            form.threads(), new DefaultThreadFactory(name + "-call", true));
    var sockets = new ReflectiveChannelFactory<>(WireEngine.ofMachine().serverSocket());
    var builder =
        NettyServerBuilder.forAddress(form.address())
            .sslContext(tls.serverContext())
            .channelFactory(() -> PacedAccept.pace(sockets.newChannel(), serving.group(), calls))
            .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
            .addTransportFilter(new ConnectionLimit(form.connections()))
            .bossEventLoopGroup(accepting.group())
            .workerEventLoopGroup(serving.group())
            .executor(calls)
            .handshakeTimeout(form.patience().handshake().toNanos(), TimeUnit.NANOSECONDS)
            .maxConnectionIdle(form.patience().noCall().toNanos(), TimeUnit.NANOSECONDS)
            .flowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(form.messageBytes())
            .maxInboundMetadataSize(METADATA_BYTES)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(form.keepAlive().every().toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(form.keepAlive().within().toNanos(), TimeUnit.NANOSECONDS);
    services.forEach(builder::addService);
    Server server = builder.build();
    var listener = new TlsListener(server, accepting, serving, calls);
    try {
      server.start();
      return listener;
    } catch (IOException e) {
      listener.stop();
      listener.await(Duration.ZERO);
      throw refusal(form.address(), e);
    }
  }

  private static FederationException refusal(InetSocketAddress address, IOException failure) {
    String where = address.getHostString() + ":" + address.getPort();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      // epoll has an exception of its own for what the JDK calls a BindException
      if (cause instanceof IOException && message.contains("address already in use")) {
        return new FederationException(
            ErrorKind.IN_USE,
            "listen address: "
                + where
                + " is in use (expected: a free port). Stop the other process or choose another"
                + " port.",
            failure);
      }
    }
    return new FederationException(
        ErrorKind.INVALID_CONFIG,
        "listen address: "
            + where
            + " can't be taken, "
            + failure.getMessage()
            + " (expected: an address of this machine). Correct `listen`.",
        failure);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getListenSockets().get(0);
  }

  /** Takes no new calls. */
  void stop() {
    server.shutdown();
  }

  /** Waits for open calls, then cuts them and ends all threads. */
  void await(Duration deadline) {
    try {
      if (!server.awaitTermination(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    accepting.close();
    serving.close();
    // after the loops: what they hand over and nobody takes would keep its buffers
    calls.shutdown();
  }
}
