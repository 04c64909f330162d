package io.tributary.transport;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises in a broken connection that an HTTP proxy opened no tunnel. */
final class ProxyRefusal {
  /** As {@code HttpProxyHandler} words it: scheme, login, proxy => target, then what happened. */
  private static final Pattern FORM = Pattern.compile("http, \\S+, (\\S+) => (\\S+?),? (.*)");

  private ProxyRefusal() {}

  /** One sentence on what the proxy said, or nothing when the cause is another one. */
  static Optional<String> sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // Netty's proxy handler is a part of grpc-netty that is no part of its interface
      if (cause.getClass().getName().startsWith("io.netty.handler.proxy.")) {
        return Optional.of(sentence(String.valueOf(cause.getMessage())));
      }
    }
    return Optional.empty();
  }

  private static String sentence(String message) {
    Matcher matcher = FORM.matcher(message);
    String proxy = matcher.matches() ? " " + named(matcher.group(1)) : "";
    String target = matcher.matches() ? named(matcher.group(2)) : "the coordinator";
    String found = matcher.matches() ? matcher.group(3) : message;
    String remedy =
        found.contains("407")
            ? "Give the proxy's login, or correct it."
            : "Let the proxy allow CONNECT to " + target + ".";
    return "proxy"
        + proxy
        + ": opened no tunnel to "
        + target
        + ", "
        + found
        + " (expected: status 200). "
        + remedy;
  }

  /** {@code host:port} of an address that prints as {@code host/address:port}. */
  private static String named(String address) {
    int slash = address.indexOf('/');
    return slash > 0
        ? address.substring(0, slash) + address.substring(address.lastIndexOf(':'))
        : address.substring(slash + 1);
  }
}
