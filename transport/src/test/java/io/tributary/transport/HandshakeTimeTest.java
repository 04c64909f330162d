package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandshakeTimeTest {
  private static final Duration MOST = Duration.ofSeconds(30);

  /** As gRPC does it: the handler of TLS comes to a connection that is active already. */
  private static SslHandler addTls(EmbeddedChannel channel) throws Exception {
    var tls = new SslHandler(SslContextBuilder.forClient().build().newEngine(channel.alloc()));
    channel.pipeline().addLast(tls);
    return tls;
  }

  private static void pass(EmbeddedChannel channel, long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void limit_silentPeer_handshakeEndsThenAndNotBefore() throws Exception {
    var channel = new EmbeddedChannel();
    channel.freezeTime();
    HandshakeTime.limit(channel, MOST);
    SslHandler tls = addTls(channel);

    pass(channel, 29);
    assertFalse(tls.handshakeFuture().isDone());
    pass(channel, 2);

    assertTrue(tls.handshakeFuture().isDone());
    assertInstanceOf(SslHandshakeTimeoutException.class, tls.handshakeFuture().cause());
    channel.finishAndReleaseAll();
  }

  @Test
  void limit_wordsWithAProxyFirst_handshakeAfterThemHasItsTime() throws Exception {
    var channel = new EmbeddedChannel();
    channel.freezeTime();
    HandshakeTime.limit(channel, MOST);
    channel.writeOutbound(Unpooled.wrappedBuffer(new byte[] {1}));
    SslHandler tls = addTls(channel);

    pass(channel, 29);

    assertFalse(tls.handshakeFuture().isDone());
    channel.finishAndReleaseAll();
  }
}
