package io.tributary.cli.rpc;

import io.tributary.cli.config.OperatorConfig;
import io.tributary.client.rpc.SiteProxy;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.transport.CertificateRules;
import io.tributary.transport.ChannelSettings;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.PeerChannels;
import io.tributary.transport.Retry;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import io.tributary.transport.artifact.ArtifactClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** The calls and transfers of one operator over mutual TLS; opened per command. */
public final class OperatorConnection implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final PeerChannels channels;
  private final OperatorCalls calls;
  private final ArtifactClient artifacts;

  private OperatorConnection(PeerChannels channels, OperatorCalls calls, ArtifactClient artifacts) {
    this.channels = channels;
    this.calls = calls;
    this.artifacts = artifacts;
  }

  /** Reads the certificate files; connects with the first call. */
  public static OperatorConnection open(OperatorConfig config) {
    InstantSource clock = InstantSource.system();
    TlsMaterial tls =
        TlsMaterial.read(new TlsFiles(config.certificate(), config.key(), config.trust()));
    FederationName federation =
        CertificateRules.identify(tls.certificate(), clock.instant()).name().federation();
    String[] role = config.coordinator().split("/", 2);
    var name = new PeerName(federation, Role.of(role[0]), role[role.length - 1]);
    TlsChannels channels =
        TlsChannels.open(
            CoordinatorAddress.parse(config.control(), name),
            tls,
            clock,
            ChannelSettings.usual().withProxy(config.proxy().map(SiteProxy::read)));
    int bulk =
        config.bulk().map(address -> CoordinatorAddress.parse(address, name).port()).orElse(0);
    return over(channels, config.control(), bulk);
  }

  /**
   * Over channels that are open.
   *
   * @param address of the coordinator, for messages only
   * @param bulk its port for bulk; 0: that of control
   */
  public static OperatorConnection over(PeerChannels channels, String address, int bulk) {
    var retry =
        new Retry(
            Retry.Policy.usual(), new SecureRandom(), System::nanoTime, Retry.Pause.sleeping());
    return new OperatorConnection(
        channels,
        new OperatorClient(channels.control(), address),
        new ArtifactClient(channels.bulk(bulk), IDLE, retry));
  }

  public OperatorCalls calls() {
    return calls;
  }

  public ArtifactClient artifacts() {
    return artifacts;
  }

  @Override
  public void close() {
    channels.close(CLOSING);
  }
}
