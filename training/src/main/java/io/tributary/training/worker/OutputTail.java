package io.tributary.training.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last bytes that a child process wrote, for the message about its crash. Its thread ends
 * with the child's output.
 */
final class OutputTail {
  private static final Logger LOG = LoggerFactory.getLogger(OutputTail.class);
  private static final int KEPT = 8 << 10;
  private static final int SHOWN = 600;
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private final StringBuilder kept = new StringBuilder();
  private final Thread thread;

  private OutputTail(InputStream in, long pid) {
    thread = new Thread(() -> drain(in), "worker-output-" + pid);
    thread.setDaemon(true);
  }

  static OutputTail of(Process process) {
    var tail = new OutputTail(process.getInputStream(), process.pid());
    tail.thread.start();
    return tail;
  }

  /** All that is kept, once the child has ended. */
  String whole() throws InterruptedException {
    thread.join(LONGEST_WAIT_MILLIS);
    synchronized (kept) {
      return kept.toString();
    }
  }

  /** The last lines on one line, short enough for a message. */
  static String shown(String whole) {
    String line = whole.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | ");
    return line.length() <= SHOWN ? line : "…" + line.substring(line.length() - SHOWN);
  }

  private void drain(InputStream in) {
    byte[] block = new byte[1 << 12];
    try (in) {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        String text = new String(block, 0, count, StandardCharsets.UTF_8);
        LOG.debug("worker: {}", text);
        synchronized (kept) {
          kept.append(text);
          kept.delete(0, Math.max(0, kept.length() - KEPT));
        }
      }
    } catch (IOException e) {
      LOG.debug("output of the worker ended", e);
    }
  }
}
