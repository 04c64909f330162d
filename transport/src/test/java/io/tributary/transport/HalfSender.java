package io.tributary.transport;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A peer that speaks just enough HTTP/2 to begin many calls on one connection, send all but the
 * last byte of a message on each, and then be silent. It keeps the windows that it is given and
 * holds no message in memory itself.
 */
final class HalfSender implements AutoCloseable {
  private static final int FRAME_BYTES = 16 << 10;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW = 8;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW = 4;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final SSLSocket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final byte[] headers;
  private final long whole;
  private final long[] left;
  private final long[] window;
  private final boolean[] over;
  private long shared = 65_535;
  private long initial = 65_535;
  private boolean settled;
  private boolean begun;
  private boolean closed;

  /**
   * Connects.
   *
   * @param method its path
   * @param calls that are begun
   * @param bytes of each message, of which all but one are sent
   */
  HalfSender(SSLContext tls, InetSocketAddress to, String method, int calls, int bytes)
      throws IOException {
    socket = (SSLSocket) tls.getSocketFactory().createSocket(to.getAddress(), to.getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    headers = headers(method);
    left = new long[calls];
    whole = (long) Integer.BYTES + bytes; // a byte of prefix more, a byte of message less
    Arrays.fill(left, whole);
    window = new long[calls];
    over = new boolean[calls];
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    var reader = new Thread(this::read, "half-sender");
    reader.setDaemon(true);
    reader.start();
    begin(bytes);
  }

  /** Literal fields without indexing, names and values shorter than 127 bytes. */
  private static byte[] headers(String method) {
    ByteBuffer block = ByteBuffer.allocate(1 << 10);
    String[] fields = {
      ":method",
      "POST",
      ":scheme",
      "https",
      ":path",
      "/" + method,
      ":authority",
      "localhost",
      "content-type",
      "application/grpc",
      "te",
      "trailers"
    };
    for (int i = 0; i < fields.length; i += 2) {
      block.put((byte) 0);
      for (String text : new String[] {fields[i], fields[i + 1]}) {
        block.put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return Arrays.copyOf(block.array(), block.position());
  }

  private synchronized void begin(int bytes) throws IOException {
    awaitSettings();
    byte[] prefix =
        ByteBuffer.allocate(Byte.BYTES + Integer.BYTES).put((byte) 0).putInt(bytes).array();
    begun = true;
    for (int call = 0; call < left.length; call++) {
      window[call] += initial - prefix.length;
      shared -= prefix.length;
      left[call] -= prefix.length;
      frame(HEADERS, END_HEADERS, stream(call), headers);
      frame(DATA, 0, stream(call), prefix);
    }
  }

  private void awaitSettings() throws IOException {
    try {
      while (!settled && !closed) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static int stream(int call) {
    return 2 * call + 1;
  }

  private synchronized void frame(int type, int flags, int stream, byte[] payload)
      throws IOException {
    out.writeInt(payload.length << 8 | type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
    out.flush();
  }

  /**
   * Sends as much as the windows let it, a frame of each call in turn, until every call has all but
   * its last byte or was ended, or nothing goes on for so long.
   */
  synchronized void send(long idleMillis) throws IOException, InterruptedException {
    byte[] nothing = new byte[FRAME_BYTES];
    long last = System.nanoTime();
    while (!closed && open() > 0) {
      boolean moved = false;
      for (int call = 0; call < left.length; call++) {
        int now = (int) Math.min(Math.min(left[call], FRAME_BYTES), Math.min(window[call], shared));
        if (now > 0 && !over[call]) {
          left[call] -= now;
          window[call] -= now;
          shared -= now;
          frame(DATA, 0, stream(call), now == FRAME_BYTES ? nothing : new byte[now]);
          moved = true;
        }
      }
      long waited = System.nanoTime() - last;
      if (moved) {
        last = System.nanoTime();
      } else if (waited > TimeUnit.MILLISECONDS.toNanos(idleMillis)) {
        return;
      } else {
        TimeUnit.MILLISECONDS.timedWait(this, 10);
      }
    }
  }

  private int open() {
    int open = 0;
    for (int call = 0; call < left.length; call++) {
      open += left[call] > 0 && !over[call] ? 1 : 0;
    }
    return open;
  }

  /** Calls that the server has ended. */
  synchronized int ended() {
    int ended = 0;
    for (boolean one : over) {
      ended += one ? 1 : 0;
    }
    return ended;
  }

  /** Bytes sent of the calls that the server has not ended. */
  synchronized long held() {
    long held = 0;
    for (int call = 0; call < left.length; call++) {
      held += over[call] ? 0 : whole - left[call];
    }
    return held;
  }

  private void read() {
    try {
      while (true) {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(head >>> 8);
        take(head & 0xff, flags, stream, payload);
      }
    } catch (IOException e) {
      synchronized (this) {
        closed = true;
        notifyAll();
      }
    }
  }

  private synchronized void take(int type, int flags, int stream, byte[] payload)
      throws IOException {
    if (type == SETTINGS && (flags & ACK) == 0) {
      settings(ByteBuffer.wrap(payload));
      frame(SETTINGS, ACK, 0, new byte[0]);
    } else if (type == PING && (flags & ACK) == 0) {
      frame(PING, ACK, 0, payload);
    } else if (type == WINDOW && stream == 0) {
      shared += ByteBuffer.wrap(payload).getInt();
    } else if (type == WINDOW) {
      window[stream / 2] += ByteBuffer.wrap(payload).getInt();
    } else if (type == RESET || type == HEADERS) {
      over[stream / 2] = true;
    } else if (type == GO_AWAY) {
      closed = true;
    }
    notifyAll();
  }

  private void settings(ByteBuffer payload) {
    while (payload.hasRemaining()) {
      int name = payload.getShort();
      int value = payload.getInt();
      if (name == INITIAL_WINDOW) {
        grow(value - initial); // of streams that are open, RFC 9113 section 6.9.2
        initial = value;
      }
    }
    settled = true;
  }

  private void grow(long by) {
    for (int call = 0; begun && call < window.length; call++) {
      window[call] += by;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
