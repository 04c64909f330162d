package io.tributary.simulations.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessServerBuilder;
import io.tributary.coordinator.ServingSeam;
import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.transport.IdentityInterceptor;
import io.tributary.transport.OpenCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Serves a coordinator within this process, under a name; one listener for control and bulk. */
public final class VirtualServing implements ServingSeam {
  private final String name;
  private final Executor executor;
  private Optional<DirectPeers> direct = Optional.empty();

  public VirtualServing(String name, Executor executor) {
    this.name = requireNonNull(name, "name");
    this.executor = requireNonNull(executor, "executor");
  }

  /** The way in for light nodes; there once the coordinator serves. */
  public synchronized DirectPeers direct() {
    return direct.orElseThrow(() -> new IllegalStateException("not serving"));
  }

  @Override
  public synchronized Listening listen(Services services) {
    direct = Optional.of(services.direct());
    var door =
        new IdentityInterceptor(new VirtualIdentity(), services.access(), services.openCalls());
    List<ServerServiceDefinition> all = new ArrayList<>(services.control());
    all.addAll(services.bulk());
    var builder = InProcessServerBuilder.forName(name).executor(executor);
    all.forEach(service -> builder.addService(ServerInterceptors.intercept(service, door)));
    try {
      return new Open(builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException("the name " + name + " is taken", e);
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
        }
      } catch (InterruptedException e) {
        server.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
