package io.tributary.cli.bench.transfer;

import io.netty.buffer.ByteBuf;

/** The first limit: one raw TLS stream from memory to nowhere. */
public final class RawTlsStream {
  private RawTlsStream() {}

  public static void main(String[] arguments) throws Exception {
    RawTls.run(arguments, new Nowhere());
  }

  private static final class Nowhere implements RawTls.Sinks, RawTls.Sink {
    @Override
    public RawTls.Sink next() {
      return this;
    }

    @Override
    public void clear() {}

    @Override
    public void take(ByteBuf bytes) {}

    @Override
    public void end() {}
  }
}
