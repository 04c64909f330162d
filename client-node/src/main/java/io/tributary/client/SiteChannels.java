package io.tributary.client;

import io.grpc.Channel;
import io.tributary.client.config.HostPort;
import io.tributary.client.config.NodeConfig;
import io.tributary.federation.PeerName;
import io.tributary.transport.CertificateRules;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.PeerChannels;
import io.tributary.transport.PeerIdentity;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The channels that a node's file describes. Where it names a bulk address, that wins over the port
 * that Welcome names, for sites that reach the coordinator through a forwarder.
 *
 * @param bulk channels to another host
 */
record SiteChannels(TlsChannels main, Optional<TlsChannels> bulk, Optional<Integer> bulkPort)
    implements PeerChannels {
  static PeerChannels open(NodeConfig config) {
    TlsMaterial tls = material(config);
    PeerName coordinator = coordinator(config, tls, Instant.now());
    HostPort control = config.coordinator().control();
    Optional<HostPort> named = config.coordinator().bulk();
    return new SiteChannels(
        channels(control, coordinator, tls),
        named
            .filter(bulk -> !bulk.host().equals(control.host()))
            .map(bulk -> channels(bulk, coordinator, tls)),
        named.map(HostPort::port));
  }

  static TlsMaterial material(NodeConfig config) {
    return TlsMaterial.read(
        new TlsFiles(config.tls().certificate(), config.tls().key(), config.tls().trust()));
  }

  /** The coordinator's full name: that of the configuration, in the own federation. */
  static PeerName coordinator(NodeConfig config, TlsMaterial tls, Instant now) {
    PeerIdentity own = CertificateRules.identify(tls.certificate(), now);
    return PeerName.parse(
        "tributary://" + own.name().federation() + "/" + config.coordinator().name());
  }

  private static TlsChannels channels(HostPort address, PeerName name, TlsMaterial tls) {
    return TlsChannels.open(
        new CoordinatorAddress(address.host(), address.port(), name), tls, InstantSource.system());
  }

  @Override
  public Channel control() {
    return main.control();
  }

  @Override
  public Channel bulk(int port) {
    return bulk.orElse(main).bulk(bulkPort.orElse(port));
  }

  @Override
  public void close(Duration deadline) {
    main.close(deadline);
    bulk.ifPresent(channels -> channels.close(deadline));
  }
}
