package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.config.ListenAddress;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.CertificateAuthenticator;
import io.tributary.transport.IdentityInterceptor;
import io.tributary.transport.ListenSettings;
import io.tributary.transport.OpenCalls;
import io.tributary.transport.RevocationList;
import io.tributary.transport.ServerListeners;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Serves over mutual TLS, as a configuration says. */
final class TlsServing implements ServingSeam {
  private final CoordinatorConfig config;
  private final TlsMaterial tls;
  private final RevocationList revocations;
  private final InstantSource clock;
  private final LongSupplier nanos;

  private TlsServing(
      CoordinatorConfig config,
      TlsMaterial tls,
      RevocationList revocations,
      InstantSource clock,
      LongSupplier nanos) {
    this.config = requireNonNull(config, "config");
    this.tls = tls;
    this.revocations = revocations;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Reads the PEM files; opens nothing yet. */
  static TlsServing read(CoordinatorConfig config, InstantSource clock, LongSupplier nanos) {
    var files = new TlsFiles(config.tls().certificate(), config.tls().key(), config.tls().trust());
    TlsMaterial tls = TlsMaterial.read(files);
    RevocationList revocations =
        config
            .tls()
            .revoked()
            .map(file -> RevocationList.read(file, tls.trust()))
            .orElseGet(RevocationList::none);
    return new TlsServing(config, tls, revocations, clock, nanos);
  }

  @Override
  public void checkFree() {
    ListenCheck.check(config.listen());
  }

  @Override
  public Listening listen(Services services) {
    var authenticator = new CertificateAuthenticator(config.federation(), revocations, clock);
    ListenSettings settings =
        ListenSettings.of(
                config.listen().control().socketAddress(),
                config.listen().bulk().map(ListenAddress::socketAddress))
            .withConnections(config.limits().connections());
    var door =
        new IdentityInterceptor(
            authenticator, services.access(), services.openCalls(), settings.callsOfOne());
    ServerListeners listeners =
        ServerListeners.start(
            settings,
            tls,
            List.of(door),
            new ServerListeners.Services(services.control(), services.bulk()),
            nanos);
    return new Open(listeners);
  }

  @Override
  public int reload(OpenCalls openCalls) {
    int revoked = revocations.reload();
    openCalls.end(
        peer -> revocations.isRevoked(peer.serial()),
        FederationException.of(
            ErrorKind.NOT_ADMITTED,
            "certificate",
            "revoked",
            "one that is not revoked",
            "Ask the federation's operator for another."));
    return revoked;
  }

  private record Open(ServerListeners listeners) implements Listening {
    @Override
    public Optional<InetSocketAddress> control() {
      return Optional.of(listeners.control());
    }

    @Override
    public Optional<InetSocketAddress> bulk() {
      return listeners.bulk();
    }

    @Override
    public void close(Duration deadline) {
      listeners.close(deadline);
    }
  }
}
