package io.tributary.cli.bench.transfer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.tributary.transport.WireEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One TLS 1.3 stream without gRPC: the library, sockets and certificates of the product, nothing
 * else. On the wire: eight bytes of length, the bytes, and one byte back when the receiver has done
 * with them what its sink does.
 *
 * <p>Arguments: {@code receive FOLDER}, which says its port, or {@code send FOLDER PORT}, which
 * takes the command {@code send BYTES} and answers with nanoseconds. The receiver's command {@code
 * clear} makes ready for the next stream.
 */
final class RawTls {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int WRITTEN_AHEAD = 4 << 20;
  private static final String HOST = "localhost";

  private RawTls() {}

  /** What receivers do with streams. */
  interface Sinks {
    /** For the next stream. */
    Sink next() throws IOException;

    /** Removes what is left of streams before, outside of the time that is measured. */
    void clear() throws IOException;
  }

  /** Takes the bytes of one stream on its event loop; does not keep the buffers. */
  interface Sink {
    void take(ByteBuf bytes) throws IOException;

    /** All bytes were taken. */
    void end() throws IOException;
  }

  static void run(String[] arguments, Sinks sinks) throws Exception {
    var tls = new BenchTls(Path.of(arguments[1]));
    EventLoopGroup loops = WireEngine.ofMachine().loops("raw", 1);
    if (arguments[0].equals("receive")) {
      Channel listening = listen(tls, loops, sinks);
      int port = ((InetSocketAddress) listening.localAddress()).getPort();
      BenchEnd.serve(
          String.valueOf(port),
          words -> {
            sinks.clear();
            return "";
          });
    } else {
      var sender = new Sender();
      connect(tls, loops, Integer.parseInt(arguments[2]), sender);
      BenchEnd.serve("", words -> String.valueOf(sender.send(Long.parseLong(words[1]))));
    }
  }

  private static Channel listen(BenchTls tls, EventLoopGroup loops, Sinks sinks)
      throws InterruptedException {
    SslContext context = tls.coordinator().serverContext();
    return new ServerBootstrap()
        .group(loops)
        .channel(WireEngine.ofMachine().serverSocket())
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(context.newHandler(channel.alloc()), new Receiver(sinks));
              }
            })
        .bind(HOST, 0)
        .sync()
        .channel();
  }

  private static void connect(BenchTls tls, EventLoopGroup loops, int port, Sender sender)
      throws InterruptedException {
    SslContext context =
        tls.ofSite(BenchTls.site(0)).clientContext(BenchTls.COORDINATOR, InstantSource.system());
    new Bootstrap()
        .group(loops)
        .channel(WireEngine.ofMachine().socket())
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(WRITTEN_AHEAD / 2, WRITTEN_AHEAD))
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(context.newHandler(channel.alloc(), HOST, port), sender);
              }
            })
        .connect(HOST, port)
        .sync();
  }

  /** Counts one stream after the other into sinks. */
  private static final class Receiver extends ChannelInboundHandlerAdapter {
    private final Sinks sinks;
    private @Nullable Sink sink;
    private long left;

    Receiver(Sinks sinks) {
      this.sinks = sinks;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
      ByteBuf bytes = (ByteBuf) message;
      try {
        Sink now = sink;
        if (now == null) {
          left = bytes.readLong();
          now = sinks.next();
          sink = now;
        }
        left -= bytes.readableBytes();
        now.take(bytes);
        if (left == 0) {
          now.end();
          sink = null;
          var unused = context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1}));
        }
      } finally {
        bytes.release();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }

  /** Sends the same block again and again, as fast as it is taken. */
  private static final class Sender extends ChannelInboundHandlerAdapter {
    private static final int LONGEST_SECONDS = 600;

    private final CompletableFuture<ChannelHandlerContext> connected = new CompletableFuture<>();
    private final ByteBuf block =
        PooledByteBufAllocator.DEFAULT.directBuffer(BLOCK_BYTES).writerIndex(BLOCK_BYTES);
    private volatile CompletableFuture<Long> taken = new CompletableFuture<>();
    private long left;

    /** Nanoseconds from the first byte to the receiver's answer. */
    long send(long bytes) throws Exception {
      ChannelHandlerContext context = connected.get(LONGEST_SECONDS, TimeUnit.SECONDS);
      taken = new CompletableFuture<>();
      long start = System.nanoTime();
      context
          .executor()
          .execute(
              () -> {
                left = bytes;
                var unused = context.write(context.alloc().directBuffer(8).writeLong(bytes));
                pump(context);
              });
      return taken.get(LONGEST_SECONDS, TimeUnit.SECONDS) - start;
    }

    private void pump(ChannelHandlerContext context) {
      while (left > 0 && context.channel().isWritable()) {
        int next = (int) Math.min(BLOCK_BYTES, left);
        left -= next;
        var unused = context.writeAndFlush(block.retainedSlice(0, next));
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      connected.complete(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      pump(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ((ByteBuf) message).release();
      taken.complete(System.nanoTime());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      taken.completeExceptionally(cause);
      connected.completeExceptionally(cause);
    }
  }
}
