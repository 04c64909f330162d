package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraPlanTest {
  private static Plan plan(String train) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
            + train
            + "}}");
  }

  private static LoraPlan lora(String section) {
    var part = plan("\"what\":\"lora\",\"lora\":{" + section + "}").train().what();
    return ((TrainedPart.Lora) part).settings();
  }

  @Test
  void read_withoutTheSection_hasTheDefaults() {
    assertEquals(
        new TrainedPart.Lora(
            new LoraPlan(8, 16, 0, false, List.of("all-linear"), Optional.empty())),
        plan("\"what\":\"lora\"").train().what());
    assertEquals(LoraPlan.USUAL, lora(""));
  }

  @Test
  void read_everyKey_comesBackFromItsJson() {
    String section =
        "\"rank\":4,\"alpha\":8,\"dropout\":0.1,\"rank-stabilised\":true,"
            + "\"targets\":[\"query\",\"*.0.*\"],\"save\":[\"classifier\"]";
    LoraPlan read = lora(section);
    assertEquals(
        new LoraPlan(
            4, 8, 0.1, true, List.of("query", "*.0.*"), Optional.of(List.of("classifier"))),
        read);
    Plan plan = plan("\"what\":\"lora\",\"lora\":{" + section + "}");
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    assertEquals(Optional.of(List.of()), lora("\"save\":[]").save());
  }

  @Test
  void scaling_byTheRankOrItsRoot() {
    assertEquals(2, lora("\"rank\":4,\"alpha\":8").scaling());
    assertEquals(4, lora("\"rank\":4,\"alpha\":8,\"rank-stabilised\":true").scaling());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"what\":\"lora\",\"lora\":{\"rank\":0} | lora.rank: 0",
        "\"what\":\"lora\",\"lora\":{\"alpha\":0} | lora.alpha: 0",
        "\"what\":\"lora\",\"lora\":{\"dropout\":1} | lora.dropout: 1",
        "\"what\":\"lora\",\"lora\":{\"targets\":[]} | lora.targets: none",
        "\"what\":\"lora\",\"lora\":{\"targets\":[\"a b\"]} | lora.targets: \"a b\"",
        "\"what\":\"lora\",\"lora\":{\"save\":[\"(\"]} | lora.save: \"(\"",
        "\"what\":\"lora\",\"lora\":{\"ranks\":4} | Did you mean \"rank\"?",
        "\"what\":\"head\",\"lora\":{\"rank\":4} | train.lora: given",
        "\"lora\":{\"rank\":4} | train.lora: given"
      })
  void read_brokenRule_refusedInOneLine(String train, String part) {
    var e = assertThrows(FederationException.class, () -> plan(train));
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count());
  }
}
