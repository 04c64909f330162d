package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MachineTest {
  private static final int MUCH = 256 << 20;

  @Test
  void peak_afterItWasForgotten_isThatOfTheWorkSince() throws IOException {
    assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "the peak is asked of /proc");
    Machine.forgetPeak();
    long before = Machine.peakBytes().orElseThrow();
    ByteBuffer much = ByteBuffer.allocateDirect(MUCH); // zeroed, so resident
    long during = Machine.peakBytes().orElseThrow();
    assertEquals(MUCH, much.capacity());
    assertTrue(during - before > MUCH * 0.9, before + ", then " + during);
  }

  @Test
  void bound_limitOfTheWorker_isNotExceeded() {
    assumeTrue(Machine.boundBytes().isPresent(), "free memory is read from /proc");
    assertTrue(Machine.boundBytes().getAsLong() > 64 << 20);
    System.setProperty(Machine.LIMIT, String.valueOf(64 << 20));
    try {
      assertEquals(64 << 20, Machine.boundBytes().getAsLong());
    } finally {
      System.clearProperty(Machine.LIMIT);
    }
  }
}
