package io.tributary.simulations.rpc;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.tributary.federation.PeerName;
import io.tributary.transport.PeerChannels;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The channels of one virtual peer to a coordinator in this process. */
public final class VirtualChannels implements PeerChannels {
  private final ManagedChannel channel;

  private VirtualChannels(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens them.
   *
   * @param server the name under which the coordinator is served
   */
  public static VirtualChannels open(String server, PeerName peer, Executor executor) {
    return new VirtualChannels(
        InProcessChannelBuilder.forName(server)
            .executor(executor)
            .intercept(VirtualIdentity.of(peer))
            .build());
  }

  @Override
  public Channel control() {
    return channel;
  }

  @Override
  public Channel bulk(int port) {
    return channel;
  }

  @Override
  public void close(Duration deadline) {
    channel.shutdown();
    try {
      if (!channel.awaitTermination(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
