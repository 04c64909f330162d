package io.tributary.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Accepts connections no faster than the event loops that serve them keep up with their handshakes:
 * a few at a time, and the next few when each loop has come around once more.
 *
 * <p>Why: a loop shares its time among all handshakes that have begun. A thousand at once all end
 * at about the same, late time, and when that is later than the ten seconds that a peer waits, all
 * of them are thrown away and begun again. Taken in turn, those that are begun are finished, and
 * the others wait in the system's queue. Connections that send nothing cost a loop nothing and slow
 * nobody down.
 */
final class PacedAccept extends ChannelInboundHandlerAdapter {
  /** Time for the first bytes of what was accepted; they are mostly there already. */
  private static final int TURN_MILLIS = 1;

  private static final int PAUSE_AFTER_FAILURE_MILLIS = 1_000;

  private final List<EventExecutor> serving = new ArrayList<>();
  private boolean failed;

  private final Duration handshake;

  private PacedAccept(EventLoopGroup group, Duration handshake) {
    group.forEach(serving::add);
    this.handshake = handshake;
  }

  /**
   * Lets a server channel accept at the pace of the loops that serve its connections.
   *
   * @param handshake time that each connection's handshake has
   */
  static <C extends ServerChannel> C pace(C listener, EventLoopGroup serving, Duration handshake) {
    listener.config().setOption(ChannelOption.AUTO_READ, false);
    listener.pipeline().addLast(new PacedAccept(serving, handshake));
    return listener;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    context.fireChannelRead(
        accepted instanceof Channel connection
            ? HandshakeTime.limit(connection, handshake)
            : accepted);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    context.read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    var left = new AtomicInteger(serving.size());
    Runnable around =
        () -> {
          if (left.decrementAndGet() == 0) {
            context.executor().execute(() -> acceptNext(context.channel()));
          }
        };
    serving.forEach(loop -> later(loop, around, TURN_MILLIS));
  }

  private void acceptNext(Channel listener) {
    if (failed) {
      failed = false;
      later(listener.eventLoop(), listener::read, PAUSE_AFTER_FAILURE_MILLIS);
    } else {
      listener.read();
    }
  }

  /** The process has no more open files, most of the time; it may have in a moment. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed = true;
    context.fireExceptionCaught(cause);
  }

  private static void later(EventExecutor loop, Runnable job, int millis) {
    if (!loop.isShuttingDown()) {
      var unused = loop.schedule(job, millis, TimeUnit.MILLISECONDS);
    }
  }
}
