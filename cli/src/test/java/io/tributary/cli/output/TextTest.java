package io.tributary.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void line_controlsAndDirections_areWrittenAsTheirCode() {
    assertEquals("a\\u001b[2Jb\\u000ac\\u202ed", Text.line("a\u001b[2Jb\nc\u202ed"));
    assertEquals("\\u009b\\u2028\\u0007", Text.line("\u009b\u2028\u0007"));
  }

  @Test
  void line_words_stayAsTheyAre() {
    String words = "disk: no space – für 日本 " + new String(Character.toChars(0x1F600));
    assertEquals(words, Text.line(words));
  }

  @Test
  void abbreviated_cutsBetweenCharacters() {
    String face = new String(Character.toChars(0x1F600));
    assertEquals("short", Text.abbreviated("short", 5));
    assertEquals("shor…", Text.abbreviated("shorter", 5));
    assertEquals(face.repeat(2) + "…", Text.abbreviated(face.repeat(9), 3));
  }
}
