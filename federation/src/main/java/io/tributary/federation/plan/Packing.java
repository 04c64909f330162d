package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;

/** How texts become examples of a language model. */
public enum Packing {
  /** Each text is one, cut at the plan's length. */
  NONE("none"),
  /** Texts are put behind each other and cut into pieces of the plan's length. */
  BLOCKS("blocks");

  private final String token;

  Packing(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static Packing read(Settings settings, String key, Task task) {
    List<String> words = Arrays.stream(values()).map(Packing::token).toList();
    String word = settings.choice(key, NONE.token, words);
    Packing packing =
        Arrays.stream(values()).filter(v -> v.token.equals(word)).findFirst().orElseThrow();
    if (packing == BLOCKS && task.output() != Task.Output.NEXT_TOKEN) {
      throw settings.refusal(key, word, "none for " + task.token());
    }
    return packing;
  }
}
