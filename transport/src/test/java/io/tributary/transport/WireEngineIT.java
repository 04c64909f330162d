package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslProvider;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireEngineIT {
  @Test
  void describe_thisMachine_namesTlsAndSockets() {
    String words = WireEngine.describe();
    assertEquals(WireEngine.ofMachine() == WireEngine.EPOLL, words.endsWith(", epoll"), words);
    assertEquals(WireEngine.tls() == SslProvider.JDK, words.startsWith("JDK TLS"), words);
  }

  @ParameterizedTest
  @EnumSource
  void loops_andSockets_fitEachOther(WireEngine engine) throws Exception {
    Assumptions.assumeTrue(engine == WireEngine.NIO || WireEngine.ofMachine() == engine);
    EventLoopGroup loops = engine.loops("test-io", 1);
    try {
      Channel listening =
          new ServerBootstrap()
              .group(loops)
              .channel(engine.serverSocket())
              .childHandler(new ChannelInboundHandlerAdapter())
              .bind("localhost", 0)
              .sync()
              .channel();
      Channel connected =
          new Bootstrap()
              .group(loops)
              .channel(engine.socket())
              .handler(new ChannelInboundHandlerAdapter())
              .connect(listening.localAddress())
              .sync()
              .channel();
      assertTrue(connected.isActive());
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
  }
}
