package io.tributary.simulations.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.config.Durability;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.behaviour.Attack;
import io.tributary.simulations.behaviour.AttackForm;
import io.tributary.simulations.behaviour.Behaviour;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.FeatureShift;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulationConfigTest {
  private static final String DATA =
      "\"data\":{\"train\":{\"path\":\"a.csv\"}},\"held-out\":{\"selection\":\"b.csv\"}";

  @Test
  void read_smallestFile_hasTheDefaults() {
    SimulationConfig config = read("{" + DATA + "}");
    assertEquals(Optional.empty(), config.nodes());
    assertEquals(10, config.nodes(3));
    assertEquals(new Scheme.Even(), config.scheme());
    assertEquals(10, config.least());
    assertEquals(Optional.empty(), config.seed());
    assertEquals(Optional.empty(), config.workers());
    assertEquals(Durability.NONE, config.durability());
    assertEquals(Behaviour.NONE, config.behaviour());
    assertEquals(Optional.empty(), config.hostility());
    assertEquals(
        "/here/b.csv",
        config
            .heldOut()
            .orElseThrow()
            .find("selection")
            .orElseThrow()
            .canonical()
            .replace("\"", ""),
        "paths start from the file's folder");
  }

  @Test
  void read_everyKey_isTaken() {
    SimulationConfig config =
        read(
            "{"
                + DATA
                + ",\"only\":2,\"per-node\":true,\"nodes\":7,\"partition\":\"classes:2\",\"least\":3,\"seed\":9,\"workers\":2,"
                + "\"durability\":\"full\",\"noise\":0.1,\"drift\":true,\"shift\":{\"scale\":2,\"offset\":-1},"
                + "\"behaviour\":{\"available\":0.5,\"dropout\":0.1,"
                + "\"stragglers\":{\"sigma\":1,\"limit\":3,\"late\":\"partial\"}},"
                + "\"malicious\":{\"nodes\":2,\"attack\":\"gaussian\",\"from\":3,\"drawn\":\"each-round\"}}");
    assertEquals(7, config.nodes(3));
    assertEquals(Optional.of(2), config.only());
    assertTrue(config.perNode());
    assertEquals(new Scheme.Classes(2), config.scheme());
    assertEquals(new FeatureShift(2, -1), config.shift());
    assertEquals(Durability.FULL, config.durability());
    assertEquals(
        new Behaviour(
            0.5, 0.1, Optional.of(new Behaviour.Stragglers(1, 3, Behaviour.Late.PARTIAL))),
        config.behaviour());
    assertEquals(Attack.GAUSSIAN, config.hostility().orElseThrow().attack());
    assertEquals(10, config.hostility().orElseThrow().strength(), "the attack's usual strength");
    assertEquals(3, config.hostility().orElseThrow().from());
    assertEquals(AttackForm.PAPER, config.hostility().orElseThrow().form(), "unless written");
    assertTrue(config.hostility().orElseThrow().anew());
  }

  @ParameterizedTest
  @ValueSource(strings = {"little-is-enough", "min-max", "opt"})
  void read_attacksOfFlanders_haveItsForm(String attack) {
    SimulationConfig config =
        read(
            "{"
                + DATA
                + ",\"malicious\":{\"nodes\":2,\"attack\":\""
                + attack
                + "\",\"form\":\"flanders\"}}");
    assertEquals(attack, config.hostility().orElseThrow().attack().token());
    assertEquals(AttackForm.FLANDERS, config.hostility().orElseThrow().form());
  }

  @Test
  void read_syntheticData_areDividedByTheirNodeAndBringTheirHeldOutPart() {
    SimulationConfig config = read("{\"data\":{\"synthetic\":{\"nodes\":4}}}");
    assertEquals(new Scheme.Column("node"), config.scheme());
    assertEquals(4, config.nodes(4));
    assertEquals(Optional.empty(), config.heldOut());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"nodes\":0|nodes",
        "\"partition\":\"other\"|partition",
        "\"partition\":\"dirichlet:0\"|partition",
        "\"workers\":0|workers",
        "\"durability\":\"some\"|durability",
        "\"noise\":-1|noise",
        "\"shift\":{\"scale\":0}|shift.scale",
        "\"shift\":{\"factor\":2}|shift.factor",
        "\"behaviour\":{\"available\":2}|behaviour.available",
        "\"behaviour\":{\"stragglers\":{\"late\":\"never\"}}|behaviour.stragglers.late",
        "\"malicious\":{\"nodes\":1,\"attack\":\"none\"}|malicious.attack",
        "\"malicious\":{\"attack\":\"gaussian\"}|malicious.nodes",
        "\"malicious\":{\"nodes\":1,\"drawn\":\"twice\"}|malicious.drawn",
        "\"malicious\":{\"nodes\":1,\"attack\":\"opt\",\"form\":\"theirs\"}|malicious.form",
        "\"malicious\":{\"nodes\":1,\"form\":\"flanders\"}|malicious.form",
        "\"malicious\":{\"nodes\":1,\"attack\":\"inner-product\",\"form\":\"flanders\"}|malicious.form",
        "\"node\":3|node",
        "\"behaviour\":{\"drop\":0.1}|behaviour.drop"
      })
  void read_brokenRule_namesTheKey(String key, String named) {
    FederationException refusal =
        assertThrows(FederationException.class, () -> read("{" + DATA + "," + key + "}"));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().startsWith("simulation: " + named + ":"), refusal.sentence());
    assertTrue(refusal.sentence().contains("expected:"), refusal.sentence());
  }

  @Test
  void read_heldOutBesideGlosses_isRefused() {
    assertThrows(
        FederationException.class,
        () -> read("{\"data\":{\"glosses\":{}},\"held-out\":{\"selection\":\"b.csv\"}}"));
  }

  private static SimulationConfig read(String json) {
    return SimulationConfig.read(
        Settings.of("simulation", JsonReader.read(json)), Path.of("/here"));
  }
}
