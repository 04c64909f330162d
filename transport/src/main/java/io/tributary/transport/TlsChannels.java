package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Channels over mutual TLS. Both check the coordinator's host and name; each has an event loop and
 * threads of its own. The bulk connection is opened by the first call and closed when idle.
 */
public final class TlsChannels implements PeerChannels {
  private static final Logger LOG = LoggerFactory.getLogger(TlsChannels.class);
  private static final int METADATA_BYTES = 16 << 10;
  private static final int CONTROL_MESSAGE_BYTES = 16 << 20;
  private static final int BULK_MESSAGE_BYTES = 8 << 20;
  private static final int THREADS = 2;

  /** A coordinator to which many come at once takes them in turn. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(30);

  private final CoordinatorAddress coordinator;
  private final SslContext tls;
  private final ChannelSettings settings;
  private final Loops controlLoops = Loops.start("tributary-control");
  private final Loops bulkLoops = Loops.start("tributary-bulk");
  private final ManagedChannel control;
  private final Map<Integer, ManagedChannel> bulk = new HashMap<>();

  private TlsChannels(CoordinatorAddress coordinator, SslContext tls, ChannelSettings settings) {
    this.coordinator = requireNonNull(coordinator, "coordinator");
    this.tls = tls;
    this.settings = requireNonNull(settings, "settings");
    this.control = control(coordinator, tls, settings, controlLoops);
  }

  /** Makes the channels; nothing is connected before the first call. */
  public static TlsChannels open(
      CoordinatorAddress coordinator, TlsMaterial tls, InstantSource clock) {
    return open(coordinator, tls, clock, ChannelSettings.usual());
  }

  /** The same by another way. */
  public static TlsChannels open(
      CoordinatorAddress coordinator,
      TlsMaterial tls,
      InstantSource clock,
      ChannelSettings settings) {
    LOG.info("connections by {}", WireEngine.describe());
    return new TlsChannels(coordinator, tls.clientContext(coordinator.name(), clock), settings);
  }

  /** A channel for control calls, held open by keep-alive even without a call. */
  static ManagedChannel control(
      CoordinatorAddress coordinator, SslContext tls, ChannelSettings settings, Loops loops) {
    return builder(coordinator.host(), coordinator.port(), settings, loops, settings.control())
        .sslContext(tls)
        .maxInboundMessageSize(CONTROL_MESSAGE_BYTES)
        .keepAliveWithoutCalls(true)
        .build();
  }

  private static NettyChannelBuilder builder(
      String host, int port, ChannelSettings settings, Loops loops, KeepAlive keepAlive) {
    var builder = NettyChannelBuilder.forAddress(host, port);
    settings.proxy().ifPresent(proxy -> builder.proxyDetector(proxy.detector()));
    var sockets = new ReflectiveChannelFactory<>(WireEngine.ofMachine().socket());
    return builder
        .channelFactory(() -> HandshakeTime.limit(sockets.newChannel(), HANDSHAKE))
        .eventLoopGroup(loops.io().group())
        .executor(loops.calls())
        .disableRetry()
        .flowControlWindow(TlsListener.WINDOW_BYTES)
        .maxInboundMetadataSize(METADATA_BYTES)
        .keepAliveTime(keepAlive.every().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(keepAlive.within().toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Channel control() {
    return control;
  }

  @Override
  public synchronized Channel bulk(int port) {
    return bulk.computeIfAbsent(
        port == 0 ? coordinator.port() : port,
        at ->
            builder(coordinator.host(), at, settings, bulkLoops, settings.bulk())
                .sslContext(tls)
                .maxInboundMessageSize(BULK_MESSAGE_BYTES)
                .idleTimeout(30, TimeUnit.SECONDS)
                .build());
  }

  @Override
  public synchronized void close(Duration deadline) {
    control.shutdown();
    bulk.values().forEach(ManagedChannel::shutdown);
    Duration share = deadline.dividedBy(bulk.size() + 1L);
    bulk.values().forEach(channel -> end(channel, share));
    end(control, share);
    controlLoops.close();
    bulkLoops.close();
  }

  private static void end(ManagedChannel channel, Duration deadline) {
    try {
      if (!channel.awaitTermination(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** An event loop and call threads. */
  record Loops(EventLoops io, ExecutorService calls) implements AutoCloseable {
    static Loops start(String name) {
      return start(name, 1);
    }

    static Loops start(String name, int eventLoops) {
      return new Loops(
          EventLoops.start(name + "-io", eventLoops),
          Executors.newFixedThreadPool(THREADS, new DefaultThreadFactory(name + "-call", true)));
    }

    @Override
    public void close() {
      io.close();
      calls.shutdown();
    }
  }
}
