package io.tributary.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * Gives a connection's TLS handshake the time that we mean it to have. Netty's ten seconds are
 * enough for any one handshake, and too few where hundreds of nodes come to one coordinator at
 * once: those that gave up would be handshakes done for nothing, and come again. gRPC has no
 * setting for it.
 */
final class HandshakeTime extends ChannelInboundHandlerAdapter {
  private final Duration most;

  private HandshakeTime(Duration most) {
    this.most = most;
  }

  /** Sets the time for a channel that is not active yet. */
  static <C extends Channel> C limit(C channel, Duration most) {
    channel.pipeline().addFirst(new HandshakeTime(most));
    return channel;
  }

  /** Before the handler of TLS hears of it, which begins the handshake then. */
  @Override
  public void channelActive(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.setHandshakeTimeoutMillis(most.toMillis());
    }
    context.fireChannelActive();
  }
}
