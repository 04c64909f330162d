package io.tributary.cli.bench;

import io.tributary.cli.bench.aggregate.AggregateBench;
import io.tributary.cli.bench.transfer.TransferBench;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The benches of {@code tributary bench all}, in the order of the page; the one list of them. */
public final class PerformanceBenches {
  private static final List<PerformanceBench> ALL =
      List.of(
          RoundsBench.usual(),
          HubBench.usual(),
          StartBench.usual(),
          AggregateBench.usual(),
          TransferBench.usual(),
          IdleBench.usual());

  private PerformanceBenches() {}

  public static List<PerformanceBench> all() {
    return ALL;
  }

  /** Those that a list such as {@code rounds,hub} names, in the order of the page. */
  public static List<PerformanceBench> named(String list) {
    List<String> names = Arrays.stream(list.split(",")).map(String::strip).toList();
    List<String> known = ALL.stream().map(PerformanceBench::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "--only",
            name,
            known.stream().collect(Collectors.joining(", ")),
            "Choose among them.");
      }
    }
    return ALL.stream().filter(bench -> names.contains(bench.name())).toList();
  }
}
