package io.tributary.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import org.junit.jupiter.api.function.Executable;

/** Asserts on refusals: their kind, and that the one line says what was found. */
public final class Failures {
  private Failures() {}

  public static void assertRefused(ErrorKind kind, String part, Executable call) {
    FederationException failure = assertThrows(FederationException.class, call);
    assertEquals(kind, failure.kind(), failure.sentence());
    assertTrue(failure.sentence().contains(part), failure.sentence());
    assertSentence(failure.sentence());
  }

  public static void assertSentence(String sentence) {
    assertFalse(sentence.contains("\n"), sentence);
    assertTrue(sentence.matches(".+: .+ \\(expected: .+\\)\\. .+\\."), sentence);
  }
}
