package io.tributary.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * Gives a client's TLS handshake the time that we mean it to have. Netty's ten seconds are enough
 * for any one handshake, and too few where hundreds of nodes come to one coordinator at once: it
 * takes them in turn, and those that gave up would only stand in the queue again. gRPC has no
 * setting for it.
 *
 * <p>gRPC adds netty's handler of TLS to an active connection, which then writes its first message
 * and only after that looks how much time it has. So the time is set when that message comes by.
 */
final class HandshakeTime extends ChannelOutboundHandlerAdapter {
  private final Duration most;

  private HandshakeTime(Duration most) {
    this.most = most;
  }

  /** Sets the time for a channel that is not registered yet. */
  static <C extends Channel> C limit(C channel, Duration most) {
    channel.pipeline().addFirst(new HandshakeTime(most));
    return channel;
  }

  /** What comes by before there is a handler of TLS goes to a proxy. */
  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.setHandshakeTimeoutMillis(most.toMillis());
      context.pipeline().remove(this);
    }
    var unused = context.write(message, promise);
  }
}
