package io.tributary.client.rpc;

import io.grpc.Channel;
import io.tributary.client.config.HostPort;
import io.tributary.client.config.NodeConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.transport.CertificateRules;
import io.tributary.transport.ChannelSettings;
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
public record SiteChannels(TlsChannels main, Optional<TlsChannels> bulk, Optional<Integer> bulkPort)
    implements PeerChannels {
  /** Reads the certificates; nothing is connected before the first call. */
  public static PeerChannels open(NodeConfig config, InstantSource clock) {
    return open(config, clock, ChannelSettings.usual());
  }

  /** The same with other keep-alives; the proxy is always that of the configuration. */
  public static PeerChannels open(
      NodeConfig config, InstantSource clock, ChannelSettings settings) {
    TlsMaterial tls = material(config);
    PeerName coordinator = coordinator(config, tls, clock.instant());
    ChannelSettings way = settings.withProxy(config.proxy().map(SiteProxy::read));
    HostPort control = config.coordinator().control();
    Optional<HostPort> named = config.coordinator().bulk();
    return new SiteChannels(
        channels(control, coordinator, tls, clock, way),
        named
            .filter(bulk -> !bulk.host().equals(control.host()))
            .map(bulk -> channels(bulk, coordinator, tls, clock, way)),
        named.map(HostPort::port));
  }

  /** Certificate, key and authorities that the node's file names. */
  public static TlsMaterial material(NodeConfig config) {
    return TlsMaterial.read(
        new TlsFiles(config.tls().certificate(), config.tls().key(), config.tls().trust()));
  }

  /** The coordinator's full name: that of the configuration, in the own federation. */
  public static PeerName coordinator(NodeConfig config, TlsMaterial tls, Instant now) {
    PeerIdentity own = CertificateRules.identify(tls.certificate(), now);
    return PeerName.parse(
        "tributary://" + own.name().federation() + "/" + config.coordinator().name());
  }

  /** The node's name in its own certificate. */
  public static NodeName owner(NodeConfig config, Instant now) {
    PeerIdentity own = CertificateRules.identify(material(config).certificate(), now);
    if (own.name().role() != Role.NODE) {
      throw FederationException.of(
          ErrorKind.NOT_ADMITTED,
          "tls.certificate",
          own.name().shortName(),
          "a certificate of role node",
          "Ask the operator for a node's certificate.");
    }
    return new NodeName(own.name().name());
  }

  private static TlsChannels channels(
      HostPort address,
      PeerName name,
      TlsMaterial tls,
      InstantSource clock,
      ChannelSettings settings) {
    return TlsChannels.open(
        new CoordinatorAddress(address.host(), address.port(), name), tls, clock, settings);
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
