package io.tributary.coordinator.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NodeMessagesTest {
  @Test
  void sentence_controlsOfEveryKind_becomeSpaces() {
    assertEquals("a b c d", NodeMessages.sentence("a\u001b\nb\u009bc\u2028d\u0085"));
  }

  @Test
  void sentence_tooLong_isCutBetweenCodePoints() {
    String face = new String(Character.toChars(0x1F600));
    assertEquals("x" + face.repeat(499) + "…", NodeMessages.sentence("x" + face.repeat(600)));
    assertEquals(face.repeat(500), NodeMessages.sentence(face.repeat(500)));
  }
}
