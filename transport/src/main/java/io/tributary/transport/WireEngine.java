package io.tributary.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * What moves and encrypts bytes: epoll and BoringSSL where their native libraries fit the machine,
 * else what the JDK has. Chosen once in a process's life; asking loads the libraries.
 */
public enum WireEngine {
  /** Native sockets of Linux. */
  EPOLL,
  /** Sockets of the JDK. */
  NIO;

  /** The one that this machine has. */
  public static WireEngine ofMachine() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /** The TLS library that this machine has. */
  public static SslProvider tls() {
    return OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL)
        ? SslProvider.OPENSSL
        : SslProvider.JDK;
  }

  /** Both in words, for logs and reports, such as {@code BoringSSL, epoll}. */
  public static String describe() {
    String tls = tls() == SslProvider.OPENSSL ? OpenSsl.versionString() : "JDK TLS";
    return tls + (ofMachine() == EPOLL ? ", epoll" : ", NIO");
  }

  /** Event loops whose daemon threads bear a name. */
  public EventLoopGroup loops(String name, int threads) {
    IoHandlerFactory handlers =
        this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handlers);
  }

  /** Type of connections that fit the loops. */
  public Class<? extends SocketChannel> socket() {
    return this == EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Type of listening sockets that fit the loops. */
  public Class<? extends ServerSocketChannel> serverSocket() {
    return this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }
}
