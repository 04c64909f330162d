package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.federation.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** Passes bytes on while it counts and hashes them. */
public final class DigestingSink implements ByteSink {
  private final ByteSink to;
  private final MessageDigest sha256 = Digest.sha256();
  private long size;

  public DigestingSink(ByteSink to) {
    this.to = requireNonNull(to, "to");
  }

  /** Writes what a file holds. */
  @FunctionalInterface
  public interface Content {
    void write(ByteSink sink) throws IOException;
  }

  /** Writes a whole file, in the place of one that may be there. */
  public static WrittenTensors write(Path file, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var sink = new DigestingSink(ByteSink.of(channel));
      content.write(sink);
      return sink.finish();
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    size += bytes.remaining();
    sha256.update(bytes.duplicate());
    to.write(bytes);
  }

  /** What was written; ends the hash. */
  public WrittenTensors finish() {
    return new WrittenTensors(Digest.ofHash(sha256.digest()), size);
  }
}
