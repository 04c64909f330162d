package io.tributary.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections no faster than those who serve them keep up with their handshakes: a few at a
 * time, and the next few when each event loop has come around once more, and the threads that check
 * certificates have taken up what waited for them.
 *
 * <p>Why: time is shared among all handshakes that have begun. A thousand at once all end at about
 * the same, late time, and when that is later than the ten seconds that netty gives a handshake at
 * this end, all of them are thrown away and begun again. Taken in turn, those that are begun are
 * finished, and the others wait in the system's queue. Connections that send nothing cost nothing
 * and slow nobody down.
 */
final class PacedAccept extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(PacedAccept.class);

  /** Time for the first bytes of what was accepted; they are mostly there already. */
  private static final int TURN_MILLIS = 1;

  private static final int PAUSE_AFTER_FAILURE_MILLIS = 1_000;

  private final List<EventExecutor> serving = new ArrayList<>();
  private final Executor judging;
  private boolean failed;

  private PacedAccept(EventLoopGroup group, Executor judging) {
    group.forEach(serving::add);
    this.judging = judging;
  }

  /**
   * Lets a server channel accept at the pace of those who serve its connections.
   *
   * @param serving the loops of the connections
   * @param judging the threads that check their certificates, first come, first served
   */
  static <C extends ServerChannel> C pace(C listener, EventLoopGroup serving, Executor judging) {
    listener.config().setOption(ChannelOption.AUTO_READ, false);
    listener.pipeline().addLast(new PacedAccept(serving, judging));
    return listener;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    context.read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    var left = new AtomicInteger(serving.size() + 1);
    Runnable around =
        () -> {
          if (left.decrementAndGet() == 0) {
            context.executor().execute(() -> acceptNext(context.channel()));
          }
        };
    serving.forEach(loop -> later(loop, around, TURN_MILLIS));
    try {
      judging.execute(around);
    } catch (RejectedExecutionException e) {
      LOG.debug("no more connections are accepted: shutting down");
    }
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
