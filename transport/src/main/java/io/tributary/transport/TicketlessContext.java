package io.tributary.transport;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;

/**
 * A BoringSSL server context whose connections send no session tickets: netty allows them for TLS
 * 1.3 when it makes a connection's engine, so each engine is told again.
 */
final class TicketlessContext extends DelegatingSslContext {
  TicketlessContext(SslContext context) {
    super(context);
  }

  @Override
  @SuppressWarnings("deprecation") // netty has no other way to this option
  protected void initEngine(SSLEngine engine) {
    if (engine instanceof ReferenceCountedOpenSslEngine boring) {
      SSL.setOptions(boring.sslPointer(), SSL.SSL_OP_NO_TICKET);
    }
  }
}
