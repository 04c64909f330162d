package io.tributary.transport.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file channel whose writes are asked for first. */
final class WatchedChannel extends FileChannel {
  /** Told of a write before it happens; throws to forbid it. */
  interface Guard {
    /**
     * Allows the write or throws.
     *
     * @param size bytes of the file if all is written
     */
    void beforeWrite(long size) throws IOException;
  }

  private final FileChannel real;
  private final Guard guard;

  WatchedChannel(FileChannel real, Guard guard) {
    this.real = real;
    this.guard = guard;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    guard.beforeWrite(Math.max(real.size(), real.position() + source.remaining()));
    return real.write(source);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    guard.beforeWrite(Math.max(real.size(), position + source.remaining()));
    return real.write(source, position);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(sources[i]);
    }
    return written;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    guard.beforeWrite(Math.max(real.size(), position + count));
    return real.transferFrom(source, position, count);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    guard.beforeWrite(real.size());
    real.truncate(size);
    return this;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return real.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return real.read(targets, offset, length);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return real.read(target, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public void force(boolean metaData) {
    throw new UnsupportedOperationException("force the file through its disk");
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException("files are not mapped");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
