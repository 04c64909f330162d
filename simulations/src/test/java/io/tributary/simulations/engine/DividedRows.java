package io.tributary.simulations.engine;

import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.FileSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A tiny base model, and rows that nodes divide among themselves, in a folder. */
record DividedRows(Path folder, Path base, Path rows, Path heldOut) {
  static final List<String> LABELS = List.of("low", "high");
  static final Duration LONGEST = Duration.ofMinutes(3);
  static final Scheme UNEVEN = new Scheme.Dirichlet(0.8);

  private static final long SEED = 5;

  static DividedRows write(Path folder, int rows, int heldOut) throws IOException {
    return new DividedRows(
        folder,
        TinyModel.write(folder.resolve("model"), SignRows.FEATURES),
        SignRows.write(folder, "all", 0, rows, 0),
        SignRows.write(folder, "held-out", 0, heldOut, 0));
  }

  /**
   * All rows as one data set.
   *
   * @param validation such as {@code 25%}, or {@code none}
   */
  DatasetSpec spec(String validation) {
    return DatasetSpec.parse(
        JsonValue.object()
            .put("train", SignRows.source("path", rows))
            .put("validation", validation)
            .build());
  }

  VirtualFederation.Setting setting(String name, int workers) {
    return new VirtualFederation.Setting(
        new FederationName("virtual"),
        folder.resolve(name),
        SignRows.source("selection", heldOut),
        workers);
  }

  static Partition partition(SharedData data, Scheme scheme, int nodes, int least) {
    return Partitioner.divide(data.subjects(), scheme, nodes, least, SEED);
  }

  /** Light nodes that hold the parts of the data. */
  static List<VirtualSite> sites(SharedData data, Partition partition, int nodes) {
    List<VirtualSite> sites = new ArrayList<>();
    List<NodeName> names = NodeNames.of(nodes);
    for (int node = 0; node < nodes; node++) {
      sites.add(new VirtualSite(names.get(node), data.site(partition, node)));
    }
    return sites;
  }

  /** The same of the rows, divided unevenly. */
  static List<VirtualSite> sites(SharedData data, int nodes) {
    return sites(data, partition(data, UNEVEN, nodes, Partitioner.USUAL_LEAST), nodes);
  }

  /**
   * Whole nodes join that hold files of the same parts.
   *
   * @param names in the order in which they join
   */
  void joinWhole(VirtualFederation federation, String validation, List<NodeName> names)
      throws IOException {
    DatasetSpec spec = spec(validation);
    SharedData data = SharedData.load(spec, LABELS, UNEVEN);
    Partition partition = partition(data, UNEVEN, names.size(), Partitioner.USUAL_LEAST);
    Path parts = folder.resolve("parts-" + validation.replace("%", ""));
    List<String> inOrder = names.stream().map(NodeName::value).sorted().toList();
    FileSplit.write(spec.train(), inOrder, partition::owner, parts);
    for (NodeName name : names) {
      federation.join(
          name,
          JsonValue.object()
              .put("train", SignRows.source("path", parts.resolve(name + ".csv")))
              .put("validation", validation)
              .put("allow-one-class", true)
              .build());
    }
  }
}
