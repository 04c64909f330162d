package io.tributary.coordinator;

import io.tributary.coordinator.config.ListenConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;

/** Binds a coordinator's addresses for a moment, without taking a call, and lets them go. */
final class ListenCheck {
  private ListenCheck() {}

  /** Refused with IN_USE or INVALID_CONFIG and the address, as the listeners themselves would. */
  static void check(ListenConfig listen) {
    Closeable control = bind(listen.control().socketAddress());
    try {
      // while control is held: two listeners on one port are refused here too
      if (listen.bulk().isPresent()) {
        letGo(bind(listen.bulk().get().socketAddress()));
      }
    } finally {
      letGo(control);
    }
  }

  private static void letGo(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("listen address", e);
    }
  }

  private static Closeable bind(InetSocketAddress address) {
    try {
      ServerSocket socket = new ServerSocket();
      try {
        // as the listeners do: connections that ended a moment ago don't hold the port
        socket.setReuseAddress(true);
        socket.bind(address);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException e) {
      throw refusal(address, e);
    }
  }

  private static FederationException refusal(InetSocketAddress address, IOException failure) {
    String where = address.getHostString() + ":" + address.getPort();
    boolean used = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("in use");
    return used
        ? new FederationException(
            ErrorKind.IN_USE,
            "listen address: "
                + where
                + " is in use (expected: a free port). Stop the other process or choose another"
                + " port.",
            failure)
        : new FederationException(
            ErrorKind.INVALID_CONFIG,
            "listen address: "
                + where
                + " can't be taken, "
                + failure.getMessage()
                + " (expected: an address of this machine). Correct `listen`.",
            failure);
  }
}
