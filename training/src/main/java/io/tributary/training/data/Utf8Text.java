package io.tributary.training.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The characters of a UTF-8 file, read in blocks. A byte-order mark is skipped; broken UTF-8 is
 * refused with its byte position and line. Confined to one thread.
 */
final class Utf8Text implements Closeable {
  /** What {@link #next} answers behind the last character. */
  static final int END = -1;

  private static final int BLOCK = 1 << 16;
  private static final int MARK_BYTES = 3;

  private final Path file;
  private final FileChannel channel;
  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BLOCK).flip();
  private final CharBuffer chars = CharBuffer.allocate(BLOCK).flip();
  private long bytesTaken;
  private long position;
  private long line = 1;
  private boolean ended;

  private Utf8Text(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    this.in = Channels.newInputStream(channel);
  }

  static Utf8Text open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw DataRefusal.of(file, "", "a folder", "a file", "Name the file in it.");
    }
    try {
      var text = new Utf8Text(file, FileChannel.open(file));
      text.skipMark();
      return text;
    } catch (NoSuchFileException e) {
      throw DataRefusal.notFound(file);
    }
  }

  /** The next character, or {@link #END}. */
  int next() throws IOException {
    if (!chars.hasRemaining() && !decode()) {
      return END;
    }
    char c = chars.get();
    if (c == '\n') {
      line++;
    }
    position += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    return c;
  }

  /** The next character without taking it, or {@link #END}. */
  int peek() throws IOException {
    return chars.hasRemaining() || decode() ? chars.get(chars.position()) : END;
  }

  /** The line of the next character, counted from 1. */
  long line() {
    return line;
  }

  /** The byte at which the next character begins. */
  long position() {
    return position;
  }

  /** Goes on at a byte at which a character begins, which is the first of a line. */
  void seek(long toPosition, long toLine) throws IOException {
    channel.position(toPosition);
    bytes.clear().flip();
    chars.clear().flip();
    decoder.reset();
    ended = false;
    bytesTaken = toPosition;
    position = toPosition;
    line = toLine;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void skipMark() throws IOException {
    if (peek() == '\ufeff') {
      chars.get();
      position = MARK_BYTES;
    }
  }

  private boolean decode() throws IOException {
    chars.clear();
    while (chars.position() == 0) {
      int before = bytes.position();
      CoderResult result = decoder.decode(bytes, chars, ended);
      bytesTaken += bytes.position() - before;
      if (result.isError()) {
        return failUnlessDecoded();
      }
      if (chars.position() == 0 && ended) {
        chars.flip();
        return false;
      }
      if (chars.position() == 0) {
        fill();
      }
    }
    chars.flip();
    return true;
  }

  /** What stands before the fault is handed out first, so that the line is counted right. */
  private boolean failUnlessDecoded() {
    if (chars.position() > 0) {
      chars.flip();
      return true;
    }
    throw DataRefusal.of(
        file,
        "byte " + bytesTaken + " (line " + line + ")",
        "broken UTF-8",
        "UTF-8",
        "Save the file as UTF-8.");
  }

  private void fill() throws IOException {
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (count < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + count);
    }
    bytes.flip();
  }
}
