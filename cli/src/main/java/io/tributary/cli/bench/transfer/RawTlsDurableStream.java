package io.tributary.cli.bench.transfer;

import io.netty.buffer.ByteBuf;
import io.tributary.federation.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * The second limit: the same stream, whose receiver hashes each piece with SHA-256, writes it to a
 * file as it comes, and forces the file in the end.
 */
public final class RawTlsDurableStream {
  private RawTlsDurableStream() {}

  public static void main(String[] arguments) throws Exception {
    RawTls.run(arguments, new Folder(Path.of(arguments[1]).resolve("raw-durable.bin")));
  }

  /** A new file each time, as the product's stores make one. */
  private record Folder(Path file) implements RawTls.Sinks {
    @Override
    public RawTls.Sink next() throws IOException {
      return new Stored(
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          Digest.sha256());
    }

    @Override
    public void clear() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  private record Stored(FileChannel channel, MessageDigest hash) implements RawTls.Sink {
    @Override
    public void take(ByteBuf bytes) throws IOException {
      for (ByteBuffer piece : bytes.nioBuffers()) {
        hash.update(piece.duplicate());
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      }
    }

    @Override
    public void end() throws IOException {
      if (hash.digest().length != hash.getDigestLength()) {
        throw new IOException("no digest");
      }
      channel.force(true);
      channel.close();
    }
  }
}
