package io.tributary.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HouseRulesTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.tributary");
  private static final JavaClasses SAMPLES =
      new ClassFileImporter().importPackages("io.tributary.house.samples");
  private static final DescribedPredicate<JavaClass> ANY = resideInAPackage("io.tributary..");
  private static final DescribedPredicate<JavaClass> NONE = nameMatching("nothing").forSubtype();
  private static final DescribedPredicate<JavaClass> PURE =
      resideInAnyPackage(
          "io.tributary.federation..",
          "io.tributary.aggregation..",
          "io.tributary.coordinator.round..",
          "io.tributary.client.session..");

  /** Where a program is put together from its parts and may read the clock and draw secrets. */
  private static final DescribedPredicate<JavaClass> ASSEMBLY =
      resideInAnyPackage(
              "io.tributary.coordinator",
              "io.tributary.client",
              "io.tributary.cli..",
              "io.tributary.simulations..")
          .or(nameMatching("io\\.tributary\\..*(Main|Benchmark|RunningClock)(\\$.*)?"));

  private static void bites(ArchRule rule, String sample) {
    var only = SAMPLES.that(nameMatching(".*\\$" + sample));
    assertFalse(only.isEmpty(), "the sample " + sample + " is gone");
    AssertionError bite = assertThrows(AssertionError.class, () -> rule.check(only));
    assertTrue(bite.toString().contains(sample), bite.toString());
  }

  @Test
  void arrows_everyModule_followed() {
    HouseRules.ARROWS.forEach(
        (module, allowed) -> {
          Set<String> withItself = new java.util.HashSet<>(allowed);
          withItself.add(module);
          HouseRules.arrows(resideInAPackage("io.tributary." + module + ".."), withItself)
              .check(HOUSE);
        });
    bites(HouseRules.arrows(ANY, Set.of("federation")), "UsesTheCoordinator");
  }

  @Test
  void pureCores_knowNothingOutside() {
    HouseRules.pure(PURE).check(HOUSE);
    bites(HouseRules.pure(ANY), "ReadsAFile");
    bites(HouseRules.pure(ANY), "StartsAThread");
    bites(HouseRules.pure(ANY), "ReadsTheClock");
  }

  @Test
  void tensors_stayInTraining() {
    HouseRules.djlOnlyIn(
            resideInAPackage("io.tributary.training..")
                .and(DescribedPredicate.not(resideInAPackage("io.tributary.training.data.."))))
        .check(HOUSE);
    bites(HouseRules.djlOnlyIn(NONE), "UsesTensors");
  }

  @Test
  void engine_staysInTorch() {
    HouseRules.torchEngineOnlyIn(resideInAPackage("io.tributary.training.torch..")).check(HOUSE);
    bites(HouseRules.torchEngineOnlyIn(NONE), "UsesTheEngine");
  }

  @Test
  void wire_staysAtTheEdge() {
    HouseRules.wireOnlyIn(
            resideInAnyPackage(
                "io.tributary.proto..", "io.tributary.transport..", "io.tributary..rpc.."))
        .check(HOUSE);
    bites(HouseRules.wireOnlyIn(NONE), "UsesTheWire");
  }

  @Test
  void timeAndChance_areInjected() {
    HouseRules.timeAndChanceInjected(ASSEMBLY).check(HOUSE);
    bites(HouseRules.timeAndChanceInjected(NONE), "ReadsTheClock");
    bites(HouseRules.timeAndChanceInjected(NONE), "ReadsNanos");
    bites(HouseRules.timeAndChanceInjected(NONE), "DrawsFreely");
  }

  @Test
  void serialization_isNowhere() {
    HouseRules.noSerialization(ANY).check(HOUSE);
    bites(HouseRules.noSerialization(ANY), "Deserialises");
    bites(HouseRules.noSerialization(ANY), "LoadsByName");
  }

  @Test
  void plaintext_isNowhere() {
    HouseRules.noPlaintext(ANY).check(HOUSE);
    bites(HouseRules.noPlaintext(ANY), "SpeaksPlainly");
  }

  @Test
  void inProcessTransport_belongsToSimulations() {
    HouseRules.inProcessOnlyIn(resideInAPackage("io.tributary.simulations..")).check(HOUSE);
    bites(HouseRules.inProcessOnlyIn(NONE), "ServesInProcess");
  }

  @Test
  void directPeers_areThoseOfSimulations() {
    HouseRules.directPeersOnlyIn(
            resideInAnyPackage(
                "io.tributary.coordinator..",
                "io.tributary.simulations..",
                "io.tributary.cli.simulate..",
                "io.tributary.cli.bench.simulate.."))
        .check(HOUSE);
    bites(HouseRules.directPeersOnlyIn(NONE), "EntersDirectly");
  }

  @Test
  void noOpWorker_isTheBenchesAlone() {
    HouseRules.noOpWorkerOnlyIn(resideInAPackage("io.tributary.cli.bench..")).check(HOUSE);
    bites(HouseRules.noOpWorkerOnlyIn(NONE), "TrainsNothing");
  }

  @Test
  void memoryMapping_isNowhere() {
    HouseRules.noMemoryMapping(ANY).check(HOUSE);
    bites(HouseRules.noMemoryMapping(ANY), "MapsMemory");
  }

  @Test
  void names_sayWhatAThingIs() {
    HouseRules.noVagueNames(ANY).check(HOUSE);
    bites(HouseRules.noVagueNames(ANY), "RoundManager");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "federation",
        "proto",
        "aggregation",
        "certs",
        "transport",
        "training",
        "coordinator",
        "client"
      })
  void house_everyModule_isSeen(String module) {
    assertFalse(HOUSE.that(resideInAPackage("io.tributary." + module + "..")).isEmpty());
  }
}
