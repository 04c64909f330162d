package io.tributary.cli.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class QuietLoggingTest {
  private static final Logger LOG = new QuietLogging().getLoggerFactory().getLogger("a.b.Place");

  /** What is written to standard error meanwhile. */
  private static String told(Runnable work) {
    PrintStream real = System.err;
    var bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(real);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void error_withArguments_oneLineWithThem() {
    assertEquals(
        "ERROR Place: 2 of 3 failed" + System.lineSeparator(),
        told(() -> LOG.error("{} of {} failed", 2, 3)));
  }

  @Test
  void error_withAFailure_showsWhere() {
    String told = told(() -> LOG.error("it broke", new IllegalStateException("why")));
    assertTrue(told.startsWith("ERROR Place: it broke"), told);
    assertTrue(told.contains("IllegalStateException: why"), told);
    assertTrue(told.contains("QuietLoggingTest"), told);
  }

  @Test
  void lessThanAnError_isNotTold() {
    assertFalse(LOG.isWarnEnabled());
    assertEquals(
        "",
        told(
            () -> {
              LOG.warn("a warning");
              LOG.info("a phase");
              LOG.debug("a refusal");
              LOG.trace("a step");
            }));
  }
}
