package io.tributary.cli.simulate;

import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Style;
import io.tributary.cli.output.Table;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Subjects;
import io.tributary.simulations.report.HoldingsPicture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Who holds what, as a table, a picture and JSON. */
final class Holdings {
  private static final int MOST_ROWS = 12;
  private static final int MOST_LABELS = 12;

  private final List<String> nodes;
  private final Subjects subjects;
  private final Partition partition;
  private final long[][] counts;

  Holdings(List<String> nodes, Subjects subjects, Partition partition) {
    this.nodes = List.copyOf(nodes);
    this.subjects = subjects;
    this.partition = partition;
    this.counts = partition.counts(subjects);
  }

  /** The first nodes, and how many there are besides. */
  List<String> lines(Style style) {
    boolean each = subjects.names().size() <= MOST_LABELS;
    List<String> heads = new ArrayList<>(List.of("node", ">examples"));
    if (each) {
      subjects.names().forEach(name -> heads.add(">" + name));
    } else {
      heads.add("most frequent labels");
    }
    Table table = Table.of(heads.toArray(String[]::new));
    int shown = Math.min(nodes.size(), MOST_ROWS);
    for (int node = 0; node < shown; node++) {
      table.row(row(node, each).toArray(String[]::new));
    }
    List<String> lines = new ArrayList<>(table.render(style));
    if (shown < nodes.size()) {
      lines.add("and " + Figures.count(nodes.size() - shown) + " more: " + sizes());
    }
    if (partition.leftOut() > 0) {
      lines.add(Figures.count(partition.leftOut()) + " examples belong to no node");
    }
    return lines;
  }

  private List<String> row(int node, boolean each) {
    List<String> cells =
        new ArrayList<>(List.of(nodes.get(node), Figures.count(partition.size(node))));
    if (each) {
      LongStream.of(counts[node]).forEach(count -> cells.add(Figures.count(count)));
    } else {
      cells.add(
          IntStream.range(0, counts[node].length)
              .boxed()
              .filter(label -> counts[node][label] > 0)
              .sorted((one, other) -> Long.compare(counts[node][other], counts[node][one]))
              .limit(4)
              .map(label -> subjects.names().get(label) + " " + counts[node][label])
              .collect(Collectors.joining(", ")));
    }
    return cells;
  }

  private String sizes() {
    int[] sizes = IntStream.range(0, nodes.size()).map(partition::size).sorted().toArray();
    return "all have "
        + Figures.count(sizes[0])
        + " to "
        + Figures.count(sizes[sizes.length - 1])
        + " examples, half of them "
        + Figures.count(sizes[sizes.length / 2])
        + " or more";
  }

  /** The table of all nodes, for a page. */
  List<List<String>> rows() {
    return IntStream.range(0, nodes.size()).mapToObj(node -> row(node, true)).toList();
  }

  List<String> heads() {
    List<String> heads = new ArrayList<>(List.of("node", "examples"));
    heads.addAll(subjects.names());
    return heads;
  }

  String picture() {
    return HoldingsPicture.draw(nodes, subjects.names(), counts);
  }

  JsonObject toJson() {
    List<JsonObject> all = new ArrayList<>();
    for (int node = 0; node < nodes.size(); node++) {
      all.add(
          JsonValue.object()
              .put("node", nodes.get(node))
              .put("examples", partition.size(node))
              .put(
                  "labels",
                  JsonValue.array(Arrays.stream(counts[node]).mapToObj(JsonValue::of).toList()))
              .build());
    }
    return JsonValue.object()
        .put("labels", JsonValue.array(subjects.names().stream().map(JsonValue::of).toList()))
        .put("nodes", JsonValue.array(all))
        .put("leftOut", partition.leftOut())
        .build();
  }
}
