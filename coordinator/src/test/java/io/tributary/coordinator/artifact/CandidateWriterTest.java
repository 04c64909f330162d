package io.tributary.coordinator.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateWriterTest {
  private static final int STEP = CandidateWriter.STEP_BYTES;

  @TempDir Path folder;
  private Path file;
  private FileChannel channel;
  private final Deque<Runnable> asked = new ArrayDeque<>();

  @BeforeEach
  void open() throws IOException {
    file = folder.resolve("candidate");
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private CandidateWriter writer(Executor executor) {
    return new CandidateWriter(channel, Optional.of(executor));
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }

  @Test
  void write_manyBytes_asksTheDiskOnceAtATime() throws IOException {
    try (var writer = writer(asked::add)) {
      writer.write(bytes(STEP - 1));
      assertEquals(0, asked.size());
      writer.write(bytes(1));
      assertEquals(1, asked.size());
      writer.write(bytes(2 * STEP));
      assertEquals(1, asked.size(), "one is under way");
      asked.remove().run();
      writer.write(bytes(1));
      assertEquals(1, asked.size(), "what was written meanwhile");
    }
    assertEquals(3L * STEP + 1, Files.size(file));
  }

  @Test
  void write_bytesInPieces_areTheFile() throws IOException {
    byte[] all = new byte[STEP + 12_345];
    new Random(1).nextBytes(all);
    try (var writer = writer(Runnable::run)) {
      for (int done = 0; done < all.length; done += 1 << 20) {
        writer.write(ByteBuffer.wrap(all, done, Math.min(1 << 20, all.length - done)));
      }
    }
    assertArrayEquals(all, Files.readAllBytes(file));
  }

  @Test
  void close_requestThatNobodyRan_isRunAndEnds() throws IOException {
    var writer = writer(asked::add);
    writer.write(bytes(STEP));
    writer.close();
    asked.remove().run(); // too late, and harmless
    assertEquals(STEP, Files.size(file));
  }

  @Test
  void close_failedRequest_fails() throws IOException {
    var writer =
        writer(
            task -> {
              try {
                channel.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              task.run();
            });
    writer.write(bytes(STEP));
    assertThrows(IOException.class, writer::close);
  }

  @Test
  void write_executorThatEnded_goesOn() throws IOException {
    try (var writer =
        writer(
            task -> {
              throw new RejectedExecutionException("ended");
            })) {
      writer.write(bytes(STEP));
      writer.write(bytes(STEP));
    }
    assertEquals(2L * STEP, Files.size(file));
  }

  @Test
  void ownThread_request_keepsNoOtherThreadWaiting() throws Exception {
    var begun = new CountDownLatch(1);
    var disk = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    CandidateWriter.OWN_THREAD.execute(
        () -> {
          begun.countDown();
          assertDoesNotThrow(() -> disk.await());
          done.countDown();
        });
    assertTrue(begun.await(10, TimeUnit.SECONDS), "although this thread goes on");
    disk.countDown();
    assertTrue(done.await(10, TimeUnit.SECONDS));
  }

  @Test
  void write_notForcing_neverAsks() throws IOException {
    try (var writer = new CandidateWriter(channel, Optional.empty())) {
      writer.write(bytes(2 * STEP));
    }
    assertEquals(0, asked.size());
  }
}
