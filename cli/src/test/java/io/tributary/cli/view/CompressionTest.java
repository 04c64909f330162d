package io.tributary.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CompressionTest {
  private static NodeWork work(Map<String, Double> metrics) {
    return new NodeWork("a", "r/1/1/a", "counted", "", 0, 0, 0, 0, 900, 0, new TreeMap<>(metrics));
  }

  private static NodeWork compressed(double sent, double error) {
    return work(
        Map.of("sent-bytes", sent, "uncompressed-bytes", 4_000.0, "compression-error", error));
  }

  @Test
  void of_severalNodes_isTheSumOfBytesAndTheMeanOfErrors() {
    Compression all =
        Compression.of(List.of(compressed(1_000, 0.1), compressed(2_000, 0.3))).orElseThrow();
    assertEquals(3_000, all.sentBytes());
    assertEquals(8_000, all.plainBytes());
    assertEquals(0.2, all.error(), 1e-12);
    assertEquals(0.375, all.share(), 1e-12);
  }

  @Test
  void of_nodesThatSendAsItIs_isNothing() {
    assertEquals(Optional.empty(), Compression.of(List.of(work(Map.of("loss", 1.0)))));
    assertEquals(Optional.empty(), Compression.of(List.of()));
    assertTrue(Double.isNaN(new Compression(1, 0, 0).share()));
  }
}
