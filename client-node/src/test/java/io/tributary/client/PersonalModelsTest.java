package io.tributary.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalModelsTest {
  private static final Digest BASE = Digest.ofUtf8("base");
  private static final Plan PLAN =
      Plan.parse(
          "{\"name\":\"p\",\"model\":{\"base\":\""
              + BASE
              + "\",\"labels\":[\"a\",\"b\"]},\"train\":{\"personal\":\"ditto\"}}");

  @TempDir Path state = Path.of("");

  private void keep(String run, String place, boolean personal) throws IOException {
    Path folder = Files.createDirectories(state.resolve("kept").resolve(run).resolve(place));
    if (personal) {
      Files.writeString(folder.resolve("plan.json"), PLAN.toJson().canonical());
    }
  }

  private FederationException refused(String run) {
    var refused = assertThrows(FederationException.class, () -> PersonalModels.find(state, run));
    assertEquals(ErrorKind.NOT_FOUND, refused.kind());
    return refused;
  }

  @Test
  void find_newestRoundAndAttempt_byIdOrItsStart() throws IOException {
    for (String place : new String[] {"2-1", "10-1", "10-2", "9-3"}) {
      keep("gloss-1", place, true);
    }
    keep("gloss-1", "11-1", false);
    Path base = Files.createDirectories(state.resolve("cache/models").resolve(BASE.hex()));
    for (String run : new String[] {"gloss-1", "gl"}) {
      PersonalModels.Kept kept = PersonalModels.find(state, run);
      assertEquals("gloss-1", kept.run().value());
      assertEquals(10, kept.round());
      assertEquals(state.resolve("kept/gloss-1/10-2"), kept.folder());
      assertEquals(base, kept.base());
      assertEquals(PLAN, kept.plan());
    }
  }

  @Test
  void find_unknownRunNoModelOrNoBase_saysWhich() throws IOException {
    assertTrue(refused("x").sentence().contains("there is none"), refused("x").sentence());
    keep("gloss-1", "1-1", true);
    keep("gloss-2", "1-1", false);
    assertTrue(refused("x").sentence().contains("one of gloss-1, gloss-2"));
    assertTrue(refused("").sentence().contains("run: \"\""));
    assertTrue(refused("gloss").sentence().contains("the start of several"));
    assertTrue(refused("gloss-2").sentence().contains("personal model of gloss-2"));
    assertTrue(refused("gloss-1").sentence().contains("not in the node's cache"));
  }
}
