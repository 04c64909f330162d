package io.tributary.client.rpc;

import io.tributary.client.config.ProxyConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.HttpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The proxy that a peer's file describes, with its login read from the file beside it. */
public final class SiteProxy {
  private SiteProxy() {}

  /** Reads the login; INVALID_CONFIG where its file can't be read or is not of its form. */
  public static HttpProxy read(ProxyConfig config) {
    return new HttpProxy(
        config.address().host(),
        config.address().port(),
        config.credentials().map(SiteProxy::login));
  }

  private static HttpProxy.Login login(Path file) {
    try {
      return HttpProxy.Login.parse(Files.readString(file));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "proxy.credentials: "
              + file
              + " can't be read (expected: a file with user:password). Correct it.",
          e);
    }
  }
}
