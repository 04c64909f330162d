package io.tributary.coordinator;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessServerBuilder;
import io.tributary.federation.PeerName;
import io.tributary.transport.IdentityInterceptor;
import io.tributary.transport.OpenCalls;
import io.tributary.transport.PeerIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Serves within the process; peers state their name in a header, since nobody else is here. */
final class InProcessServing implements ServingSeam {
  static final Metadata.Key<String> PEER =
      Metadata.Key.of("test-peer", Metadata.ASCII_STRING_MARSHALLER);

  private final String name;

  InProcessServing(String name) {
    this.name = name;
  }

  @Override
  public Listening listen(Services services) {
    var door =
        new IdentityInterceptor(
            (call, headers) -> {
              PeerName peer = PeerName.parse(String.valueOf(headers.get(PEER)));
              return new PeerIdentity(peer, "5e41a1", Instant.parse("2030-01-01T00:00:00Z"));
            },
            services.access(),
            services.openCalls());
    var builder = InProcessServerBuilder.forName(name);
    for (ServerServiceDefinition service : services.control()) {
      builder.addService(ServerInterceptors.interceptForward(service, door));
    }
    for (ServerServiceDefinition service : services.bulk()) {
      builder.addService(ServerInterceptors.interceptForward(service, door));
    }
    try {
      return new Open(builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int reload(OpenCalls openCalls) {
    return 0;
  }

  private record Open(Server server) implements Listening {
    @Override
    public Optional<InetSocketAddress> control() {
      return Optional.empty();
    }

    @Override
    public Optional<InetSocketAddress> bulk() {
      return Optional.empty();
    }

    @Override
    public void close(Duration deadline) {
      server.shutdown();
      try {
        if (!server.awaitTermination(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
          server.shutdownNow();
          server.awaitTermination(5, TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
