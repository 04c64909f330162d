package io.tributary.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/**
 * The rules, each a function of the classes it speaks about, so that a sample can be put before it.
 */
final class HouseRules {
  /**
   * Which modules a module may use; a module is named by its root package below {@code
   * io.tributary}.
   */
  static final Map<String, Set<String>> ARROWS =
      Map.of(
          "federation", Set.of(),
          "proto", Set.of(),
          "aggregation", Set.of("federation"),
          "certs", Set.of("federation"),
          "transport", Set.of("federation", "proto"),
          "training", Set.of("federation", "aggregation"),
          "coordinator", Set.of("federation", "proto", "transport", "aggregation", "training"),
          "client", Set.of("federation", "proto", "transport", "aggregation", "training"),
          "simulations",
              Set.of(
                  "federation",
                  "proto",
                  "transport",
                  "aggregation",
                  "training",
                  "coordinator",
                  "client"),
          "cli",
              Set.of(
                  "federation",
                  "proto",
                  "transport",
                  "aggregation",
                  "training",
                  "coordinator",
                  "client",
                  "certs",
                  "simulations"));

  private static final String ROOT = "io.tributary.";

  private HouseRules() {}

  /** A module uses only what its arrows allow. */
  static ArchRule arrows(DescribedPredicate<JavaClass> module, Set<String> allowed) {
    DescribedPredicate<JavaClass> forbidden =
        DescribedPredicate.describe(
            "a module that no arrow leads to",
            target -> {
              String name = target.getPackageName();
              return name.startsWith(ROOT)
                  && ARROWS.containsKey(moduleOf(name))
                  && !allowed.contains(moduleOf(name));
            });
    return noClasses().that(module).should().dependOnClassesThat(forbidden).allowEmptyShould(true);
  }

  static String moduleOf(String packageName) {
    return packageName.substring(ROOT.length()).split("\\.", 2)[0];
  }

  /** A pure core knows no threads, clocks, files, SQL, gRPC or logging. */
  static ArchRule pure(DescribedPredicate<JavaClass> core) {
    return noClasses()
        .that(core)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.io.file..",
                    "java.nio.file..",
                    "java.sql..",
                    "javax.sql..",
                    "io.grpc..",
                    "com.google.protobuf..",
                    "org.slf4j..",
                    "java.util.logging..",
                    "java.net.http..",
                    "io.netty..",
                    "ai.djl..")
                .or(
                    nameMatching(
                        "java\\.lang\\.ProcessBuilder|java\\.io\\.(File.*|RandomAccessFile)"
                            + "|java\\.time\\.(Clock|InstantSource)|java\\.net\\.(Socket|ServerSocket)"
                            + "|java\\.util\\.concurrent\\.(Executors|ThreadPoolExecutor|ForkJoinPool|Scheduled.*)"
                            + "|java\\.util\\.Timer")))
        .orShould()
        .callMethodWhere(readsTimeOrChance())
        .orShould()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "new Thread", call -> call.getTarget().getOwner().isEquivalentTo(Thread.class)));
  }

  /**
   * PyTorch stays in training, and there in the package torch (the tokenizer and tensors of the
   * API: not in data).
   */
  static ArchRule djlOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(not(allowed))
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl.."));
  }

  static ArchRule torchEngineOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(not(allowed))
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl.pytorch.."));
  }

  /** Messages of the wire stay at the edge. */
  static ArchRule wireOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(not(allowed))
        .should()
        .dependOnClassesThat(resideInAPackage("io.tributary.proto.."));
  }

  /** Time and chance are injected; only assembly classes read them. */
  static ArchRule timeAndChanceInjected(DescribedPredicate<JavaClass> assembly) {
    return noClasses()
        .that(not(assembly))
        .should()
        .callMethodWhere(readsTimeOrChance())
        .orShould()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "new java.util.Random()",
                call ->
                    call.getTarget().getOwner().isEquivalentTo(java.util.Random.class)
                        && noArguments(call)));
  }

  /** No object streams and no class names from anywhere. */
  static ArchRule noSerialization(DescribedPredicate<JavaClass> scope) {
    return noClasses()
        .that(scope)
        .should()
        .dependOnClassesThat(nameMatching("java\\.io\\.Object(Input|Output)Stream"))
        .orShould()
        .callMethodWhere(calls("java.lang.Class", "forName"));
  }

  /** Every connection is TLS; the in-process transport belongs to simulations. */
  static ArchRule noPlaintext(DescribedPredicate<JavaClass> scope) {
    return noClasses()
        .that(scope)
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "usePlaintext", call -> call.getTarget().getName().equals("usePlaintext")))
        .orShould()
        .dependOnClassesThat(nameMatching("io\\.grpc\\.Insecure.*"));
  }

  static ArchRule inProcessOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(not(allowed))
        .should()
        .dependOnClassesThat(resideInAPackage("io.grpc.inprocess.."));
  }

  /** A worker that does nothing is a bench's alone: no command or service leads to it. */
  static ArchRule noOpWorkerOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(not(allowed))
        .should()
        .dependOnClassesThat(resideInAPackage("io.tributary.cli.bench.noop.."));
  }

  /** Peers that need no certificate: those of a simulation, in the coordinator's own process. */
  static ArchRule directPeersOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(not(allowed))
        .should()
        .dependOnClassesThat(nameMatching("io\\.tributary\\.coordinator\\.rpc\\.Direct.*"));
  }

  /** JDK 17 can't unmap, so updates are never mapped. */
  static ArchRule noMemoryMapping(DescribedPredicate<JavaClass> scope) {
    return noClasses()
        .that(scope)
        .should()
        .callMethodWhere(calls("java.nio.channels.FileChannel", "map"));
  }

  static ArchRule noVagueNames(DescribedPredicate<JavaClass> scope) {
    return noClasses().that(scope).should().haveNameMatching(".*(Impl|Helper|Utils?|Manager)");
  }

  private static DescribedPredicate<JavaCall<?>> readsTimeOrChance() {
    return calls("java.time.Instant", "now")
        .or(calls("java.lang.System", "nanoTime"))
        .or(calls("java.lang.System", "currentTimeMillis"))
        .or(calls("java.lang.Math", "random"))
        .or(calls("java.util.UUID", "randomUUID"))
        .or(calls("java.time.LocalDateTime", "now"))
        .or(calls("java.time.ZonedDateTime", "now"));
  }

  private static DescribedPredicate<JavaCall<?>> calls(String owner, String method) {
    return DescribedPredicate.describe(
        owner + "." + method,
        call ->
            call.getTarget().getOwner().getName().equals(owner)
                && call.getTarget().getName().equals(method));
  }

  private static boolean noArguments(JavaCall<?> call) {
    CodeUnitCallTarget target = (CodeUnitCallTarget) call.getTarget();
    return target.getRawParameterTypes().isEmpty();
  }
}
