package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import io.grpc.ServerServiceDefinition;
import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.transport.AccessTable;
import io.tributary.transport.OpenCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Opens a coordinator's services to its peers: over TLS in service, within the process in
 * simulations. Whoever implements it must put transport's IdentityInterceptor in front of every
 * service.
 */
public interface ServingSeam {
  /**
   * What is to be served.
   *
   * @param bulk also served on control where there is no listener of its own for it
   * @param access which roles may call which method
   * @param openCalls where open calls are registered
   * @param direct for peers within the process; over a network nobody is given it
   */
  record Services(
      List<ServerServiceDefinition> control,
      List<ServerServiceDefinition> bulk,
      AccessTable access,
      OpenCalls openCalls,
      DirectPeers direct) {
    public Services {
      control = List.copyOf(control);
      bulk = List.copyOf(bulk);
      requireNonNull(access, "access");
      requireNonNull(openCalls, "openCalls");
      requireNonNull(direct, "direct");
    }
  }

  /** Listeners that are open. */
  interface Listening {
    /** Where control is served; empty within a process. */
    Optional<InetSocketAddress> control();

    /** Where bulk is served; empty where control serves both. */
    Optional<InetSocketAddress> bulk();

    /** Takes no new calls, lets open ones end until the deadline, then cuts them. */
    void close(Duration deadline);
  }

  /**
   * Refuses addresses that can't be taken, IN_USE those that another process listens on; opens
   * nothing. Asked before a start changes anything.
   */
  default void checkFree() {}

  Listening listen(Services services);

  /** Reads revocations again and ends the open calls of whom they name; gives their number. */
  int reload(OpenCalls openCalls);
}
