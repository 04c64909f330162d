package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

  @Test
  void read_aggregationAndRanks_comeBackFromTheirJson() {
    String section = "\"aggregation\":\"flora\",\"ranks\":{\"site-b\":2,\"site-c\":8}";
    LoraPlan read = lora(section);
    assertEquals(LoraAggregation.FLORA, read.aggregation());
    assertEquals(2, read.rankOf(new NodeName("site-b")));
    assertEquals(8, read.rankOf(new NodeName("site-c")));
    assertEquals(1, read.ranks().size(), "the plan's own rank needs no word");
    Plan plan = plan("\"what\":\"lora\",\"lora\":{" + section + "}");
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
  }

  @Test
  void toJson_ofTheUsualAggregation_isAsBeforeThereWasAChoice() {
    String json = lora("\"aggregation\":\"fedit\"").toJson().canonical();
    assertFalse(json.contains("aggregation") || json.contains("ranks"), json);
  }

  @Test
  void ofRank_keepsTheScaling() {
    for (String more : List.of("", ",\"rank-stabilised\":true")) {
      LoraPlan plan = lora("\"rank\":12,\"alpha\":8" + more);
      assertEquals(plan.scaling(), plan.ofRank(5).scaling(), 1e-15);
      assertEquals(plan, plan.ofRank(12));
    }
  }

  @Test
  void inRound_rolora_trainsBThenA() {
    TrainedPart.Lora part = part("rolora");
    assertEquals(Optional.empty(), part.still(), "checkpoints hold both");
    assertEquals(Optional.of(LoraFactor.A), part.inRound(1).still());
    assertEquals(Optional.of(LoraFactor.B), part.inRound(2).still());
    assertEquals("rank-8-without-A", part.form(8, 3));
    assertEquals(Optional.of(LoraFactor.A), part("ffa").still());
    assertEquals(Optional.of(LoraFactor.A), part("ffa").inRound(2).still());
    assertEquals(Optional.empty(), part("fedex").inRound(2).still());
  }

  private static TrainedPart.Lora part(String aggregation) {
    var train = "\"what\":\"lora\",\"lora\":{\"aggregation\":\"" + aggregation + "\"}";
    return (TrainedPart.Lora) plan(train).train().what();
  }

  /** What a plan says beside its adapters, and the sentence that refuses it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fedex | | \"rule\":\"median\" | rule: median",
        "flora | | \"rule\":\"krum\",\"cohort\":{\"quorum\":5} | rule: krum",
        "fedex | | \"rule\":\"acme.mean\" | rule: acme.mean",
        "fedex | | \"server-optimizer\":\"fedadam\" | server-optimizer: fedadam",
        "flora | | \"server-optimizer\":\"fedavgm\" | begin anew in every round",
        "rolora | | \"server-optimizer\":\"fedadam\" | A and B in turn",
        "rolora | | \"compression\":\"top-k\" | error-feedback: true",
        "flora | | \"compression\":{\"name\":\"int8\",\"error-feedback\":true} | error-feedback: true",
        "flora | \"algorithm\":\"moon\" | | algorithm: moon",
        "rolora | \"algorithm\":\"scaffold\",\"optimizer\":{\"name\":\"sgd\"} | | algorithm: scaffold",
        "flora | \"optimizer-state\":\"keep\" | | optimizer-state: keep",
        "ffa | \"personal\":\"ditto\" | | personal: ditto"
      })
  void read_whatIsNotDefinedTogether_refused(
      String aggregation, @Nullable String train, @Nullable String federation, String part) {
    var e = assertThrows(FederationException.class, () -> together(aggregation, train, federation));
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count());
  }

  /** Where each factor is a tensor like any other, every rule and optimizer may have it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fedit | \"algorithm\":\"moon\" | \"rule\":\"median\",\"server-optimizer\":\"fedadam\"",
        "ffa | | \"rule\":\"median\",\"server-optimizer\":\"fedyogi\"",
        "rolora | \"algorithm\":\"fedprox\" | \"rule\":\"median\"",
        "fedex | \"algorithm\":\"fedprox\" | \"rule\":\"capped-mean\"",
        "flora | | \"rule\":\"uniform-mean\""
      })
  void read_whatIsDefinedTogether_taken(
      String aggregation, @Nullable String train, @Nullable String federation) {
    Plan plan = together(aggregation, train, federation);
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
  }

  private static Plan together(
      String aggregation, @Nullable String train, @Nullable String federation) {
    return Plan.parse(
        "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},\"train\":{"
            + "\"what\":\"lora\",\"lora\":{\"aggregation\":\""
            + aggregation
            + "\"}"
            + (train == null ? "" : "," + train)
            + "},\"federation\":{"
            + (federation == null ? "" : federation)
            + "}}");
  }

  @Test
  void read_ranks_refusedBesideWhatTheyDoNotFit() {
    for (String federation :
        List.of(
            "\"rule\":\"median\"",
            "\"server-optimizer\":\"fedadam\"",
            "\"cohort\":{\"nodes\":[\"b\"]}")) {
      String json =
          "{\"name\":\"p\",\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},"
              + "\"train\":{\"what\":\"lora\",\"lora\":{\"ranks\":{\"a\":4}}},\"federation\":{"
              + federation
              + "}}";
      var e = assertThrows(FederationException.class, () -> Plan.parse(json));
      assertTrue(e.sentence().contains("ranks"), e.sentence());
    }
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
        "\"what\":\"lora\",\"lora\":{\"rang\":4} | Did you mean \"rank\"?",
        "\"what\":\"lora\",\"lora\":{\"ranks\":4} | lora.ranks: 4",
        "\"what\":\"lora\",\"lora\":{\"ranks\":{\"a\":9}} | lora.ranks.a: 9 (expected: a whole number from 1 to 8)",
        "\"what\":\"lora\",\"lora\":{\"aggregation\":\"mean\"} | lora.aggregation: mean",
        "\"what\":\"lora\",\"lora\":{\"aggregation\":\"ffa\",\"ranks\":{\"a\":4}} | no ranks for ffa",
        "\"what\":\"head\",\"lora\":{\"rank\":4} | train.lora: given",
        "\"lora\":{\"rank\":4} | train.lora: given"
      })
  void read_brokenRule_refusedInOneLine(String train, String part) {
    var e = assertThrows(FederationException.class, () -> plan(train));
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count());
  }
}
