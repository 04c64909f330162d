package io.tributary.transport;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;

/** Named event loops of the machine's engine that end when closed. */
record EventLoops(EventLoopGroup group) implements AutoCloseable {
  static EventLoops start(String name, int threads) {
    return new EventLoops(WireEngine.ofMachine().loops(name, threads));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
