package io.tributary.simulations.network;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name service of one name, in the place of DNS while it is open: its address can be changed, and
 * look-ups are counted. Every other name leads to loopback. It keeps nothing in mind, as DNS
 * clients do for half a minute.
 */
final class MovedName extends NameResolverProvider implements AutoCloseable {
  final AtomicInteger lookUps = new AtomicInteger();
  private final String name;
  private volatile InetAddress address;

  private MovedName(String name, InetAddress address) {
    this.name = name;
    this.address = address;
  }

  static MovedName serve(String name, InetAddress address) {
    var service = new MovedName(name, address);
    NameResolverRegistry.getDefaultRegistry().register(service);
    return service;
  }

  void move(InetAddress next) {
    address = next;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 9; // above gRPC's own
  }

  @Override
  public String getDefaultScheme() {
    return "dns";
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    URI asked = URI.create("//" + target.getPath().substring(1));
    return new Resolver(asked.getHost(), asked.getPort());
  }

  @Override
  public void close() {
    NameResolverRegistry.getDefaultRegistry().deregister(this);
  }

  private final class Resolver extends NameResolver {
    private final String host;
    private final int port;
    private Listener2 listener = new Nobody();

    Resolver(String host, int port) {
      this.host = host;
      this.port = port;
    }

    @Override
    public String getServiceAuthority() {
      return host + ":" + port;
    }

    @Override
    public void start(Listener2 now) {
      listener = now;
      refresh();
    }

    @Override
    public void refresh() {
      InetAddress found = InetAddress.getLoopbackAddress();
      if (host.equals(name)) {
        lookUps.incrementAndGet();
        found = address;
      }
      var group = new EquivalentAddressGroup(new InetSocketAddress(found, port));
      listener.onResult(
          ResolutionResult.newBuilder()
              .setAddressesOrError(StatusOr.fromValue(List.of(group)))
              .build());
    }

    @Override
    public void shutdown() {}
  }

  private static final class Nobody extends NameResolver.Listener2 {
    @Override
    public void onResult(NameResolver.ResolutionResult result) {}

    @Override
    public void onError(io.grpc.Status error) {}
  }
}
