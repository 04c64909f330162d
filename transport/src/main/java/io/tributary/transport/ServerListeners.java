package io.tributary.transport;

import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's listeners: control, and bulk on an address, event loops and threads of its own,
 * so that bulk bytes never delay control.
 */
public final class ServerListeners {
  private static final Logger LOG = LoggerFactory.getLogger(ServerListeners.class);
  private static final int CONTROL_MESSAGE_BYTES = 4 << 20;

  /** The largest chunk, {@code Chunks.MOST_BYTES}, and room for what stands around it. */
  static final int BULK_MESSAGE_BYTES = (4 << 20) + (64 << 10);

  private final TlsListener control;
  private final Optional<TlsListener> bulk;
  private final LongSupplier nanos;

  private ServerListeners(TlsListener control, Optional<TlsListener> bulk, LongSupplier nanos) {
    this.control = control;
    this.bulk = bulk;
    this.nanos = nanos;
  }

  /** What is served where. */
  public record Services(
      List<ServerServiceDefinition> control, List<ServerServiceDefinition> bulk) {
    public Services {
      control = List.copyOf(control);
      bulk = List.copyOf(bulk);
    }
  }

  /**
   * Starts listening. The first interceptor is the outermost: it must be the {@link
   * IdentityInterceptor}. A port in use is IN_USE and names the address; nothing stays open then.
   *
   * @param nanos a monotonic clock in nanoseconds
   */
  public static ServerListeners start(
      ListenSettings settings,
      TlsMaterial tls,
      List<ServerInterceptor> interceptors,
      Services services,
      LongSupplier nanos) {
    LOG.info("connections by {}", WireEngine.describe());
    List<ServerServiceDefinition> first = new ArrayList<>(services.control());
    if (settings.bulk().isEmpty()) {
      first.addAll(services.bulk());
    }
    var control =
        TlsListener.start(
            new TlsListener.Form(
                "control",
                settings.control(),
                settings.controlThreads(),
                settings.bulk().isEmpty() ? BULK_MESSAGE_BYTES : CONTROL_MESSAGE_BYTES,
                settings.connections(),
                settings.bulk().isEmpty()
                    ? settings.patience().bulk()
                    : settings.patience().control(),
                settings.patience()),
            tls,
            intercepted(first, interceptors));
    try {
      Optional<TlsListener> bulk =
          settings
              .bulk()
              .map(
                  address ->
                      TlsListener.start(
                          new TlsListener.Form(
                              "bulk",
                              address,
                              settings.bulkThreads(),
                              BULK_MESSAGE_BYTES,
                              settings.connections(),
                              settings.patience().bulk(),
                              settings.patience()),
                          tls,
                          intercepted(services.bulk(), interceptors)));
      return new ServerListeners(control, bulk, nanos);
    } catch (RuntimeException e) {
      control.stop();
      control.await(Duration.ZERO);
      throw e;
    }
  }

  private static List<ServerServiceDefinition> intercepted(
      List<ServerServiceDefinition> services, List<ServerInterceptor> interceptors) {
    return services.stream()
        .map(service -> ServerInterceptors.interceptForward(service, interceptors))
        .toList();
  }

  /** Where control is served, with the port that was taken. */
  public InetSocketAddress control() {
    return control.address();
  }

  /** Where bulk is served; empty where control serves both. */
  public Optional<InetSocketAddress> bulk() {
    return bulk.map(TlsListener::address);
  }

  /** Takes no new calls, lets open ones end until the deadline for all of it, then cuts them. */
  public void close(Duration deadline) {
    long end = nanos.getAsLong() + deadline.toNanos();
    control.stop();
    bulk.ifPresent(TlsListener::stop);
    bulk.ifPresent(listener -> listener.await(left(end)));
    control.await(left(end));
  }

  private Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }
}
