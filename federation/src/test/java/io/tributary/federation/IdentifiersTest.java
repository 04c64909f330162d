package io.tributary.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
  private static final AssignmentId ASSIGNMENT =
      new AssignmentId(
          new RoundId(new RunId("gloss-topics-7f3a"), 3), 2, new NodeName("hospital-a"));

  @Test
  void assignmentId_printed_readsBack() {
    assertEquals("gloss-topics-7f3a/3/2/hospital-a", ASSIGNMENT.toString());
    assertEquals(ASSIGNMENT, AssignmentId.parse(ASSIGNMENT.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/1/1",
        "a/x/1/b",
        "a/1/0/b",
        "a/-1/1/b",
        "a/1/1/b/c",
        "A/1/1/b",
        "a/99999999999/1/b"
      })
  void assignmentId_malformed_refused(String text) {
    var refusal = assertThrows(FederationException.class, () -> AssignmentId.parse(text));
    assertEquals(ErrorKind.INVALID_ARGUMENT, refusal.kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "A", "a_b", "a.b", "ä", "a b", "../x"})
  void name_outsideTheRule_refused(String name) {
    assertThrows(FederationException.class, () -> new NodeName(name));
    assertThrows(FederationException.class, () -> new FederationName(name));
    assertThrows(FederationException.class, () -> new RunId(name));
  }

  @Test
  void name_of63Characters_accepted_of64_refused() {
    assertEquals(63, new NodeName("a".repeat(63)).toString().length());
    assertThrows(FederationException.class, () -> new NodeName("a".repeat(64)));
  }

  @Test
  void peerName_uri_readsBack() {
    var peer = new PeerName(new FederationName("acme-health"), Role.NODE, "hospital-a");
    assertEquals("tributary://acme-health/node/hospital-a", peer.uri());
    assertEquals(peer, PeerName.parse(peer.uri()));
    assertEquals("node/hospital-a", peer.shortName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://acme/node/a", "tributary://acme/node", "tributary://acme/king/a",
            "tributary://acme/node/a?x=1",
        "tributary://acme:1/node/a", "tributary://u@acme/node/a", "tributary://acme/node/a/",
            "tributary://acme/node/%61",
        "tributary:acme", "not a uri"
      })
  void peerName_otherUris_refused(String uri) {
    assertThrows(FederationException.class, () -> PeerName.parse(uri));
  }

  @Test
  void digest_longText_isQuotedInPart() {
    String text = "x".repeat(1_000_000);
    for (String shown : new String[] {text, "sha256:" + text}) {
      var refusal = assertThrows(FederationException.class, () -> Digest.parse(shown));
      assertTrue(refusal.sentence().length() < 300, () -> refusal.sentence().length() + " long");
    }
  }

  @Test
  void digest_ofKnownBytes_isSha256() {
    assertEquals(
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Digest.ofUtf8("abc").toString());
    assertEquals(Digest.ofUtf8("abc"), Digest.parse(Digest.ofUtf8("abc").toString()));
    assertThrows(FederationException.class, () -> Digest.parse("sha1:abc"));
    assertThrows(FederationException.class, () -> new Digest("AB".repeat(32)));
  }

  @Test
  void order_isByBytesThenNumbers() {
    var later =
        new AssignmentId(new RoundId(new RunId("gloss-topics-7f3a"), 10), 1, new NodeName("bank"));
    assertTrue(ASSIGNMENT.compareTo(later) < 0);
    assertTrue(new NodeName("a-b").compareTo(new NodeName("a0")) < 0);
  }

  @Test
  void dataSize_written_readsBack() {
    assertEquals(8_000_000_000L, DataSize.parse("8GB").bytes());
    assertEquals(4L << 20, DataSize.parse("4 MiB").bytes());
    for (String text : new String[] {"200GB", "1500MB", "1TB", "513B", "0B"}) {
      assertEquals(text, DataSize.parse(text).toString());
    }
    assertThrows(FederationException.class, () -> DataSize.parse("8"));
    assertThrows(FederationException.class, () -> DataSize.parse("8 parsecs"));
  }

  @Test
  void timeSpan_written_readsBack() {
    assertEquals(Duration.ofMinutes(2), TimeSpan.parse("2m"));
    for (String text : new String[] {"500ms", "90s", "2m", "12h", "7d"}) {
      assertEquals(text, TimeSpan.format(TimeSpan.parse(text)));
    }
    assertThrows(FederationException.class, () -> TimeSpan.parse("2"));
  }

  @Test
  void message_withLineBreaks_becomesOneLine() {
    assertEquals("a b", new FederationException(ErrorKind.INTERNAL, "a\n  b").sentence());
  }

  @Test
  void exitCodes_areTheDocumentedOnes() {
    assertEquals(2, ErrorKind.INVALID_CONFIG.exitCode());
    assertEquals(3, ErrorKind.TIMED_OUT.exitCode());
    assertEquals(4, ErrorKind.REFUSED.exitCode());
    assertEquals(4, ErrorKind.NOT_ADMITTED.exitCode());
    assertEquals(5, ErrorKind.UNREACHABLE.exitCode());
    assertEquals(130, ErrorKind.CANCELLED.exitCode());
    assertFalse(ErrorKind.NOT_ADMITTED.retryable());
    assertTrue(ErrorKind.UNREACHABLE.retryable());
  }

  @Test
  void roundId_printedForm_isReadAgainAndNothingElse() {
    var id = new RoundId(new RunId("t-1"), 3);
    assertEquals(id, RoundId.parse(id.toString()));
    for (String text :
        new String[] {"", "t-1", "t-1/", "t-1/x", "/3", "t-1/-1", "t-1/9999999999"}) {
      assertThrows(FederationException.class, () -> RoundId.parse(text), text);
    }
  }
}
