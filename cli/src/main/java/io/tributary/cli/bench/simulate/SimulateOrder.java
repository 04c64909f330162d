package io.tributary.cli.bench.simulate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.nio.file.Path;

/**
 * One measured simulation, as its process is told.
 *
 * @param kind {@code noop} or {@code lenet-fmnist}
 * @param data folder of Fashion-MNIST's files; without meaning for {@code noop}
 * @param forced whether the coordinator waits for the disk
 */
record SimulateOrder(
    String kind,
    Path folder,
    Path data,
    int nodes,
    int cohort,
    int rounds,
    int workers,
    boolean forced) {
  SimulateOrder {
    requireNonNull(kind, "kind");
    requireNonNull(folder, "folder");
    requireNonNull(data, "data");
  }

  String text() {
    return JsonValue.object()
        .put("kind", kind)
        .put("folder", folder.toString())
        .put("data", data.toString())
        .put("nodes", nodes)
        .put("cohort", cohort)
        .put("rounds", rounds)
        .put("workers", workers)
        .put("forced", forced)
        .build()
        .canonical();
  }

  static SimulateOrder parse(String text) {
    Settings settings = Settings.of("order", JsonReader.read(text));
    int most = Integer.MAX_VALUE;
    return new SimulateOrder(
        settings.text("kind"),
        Path.of(settings.text("folder")),
        Path.of(settings.text("data")),
        (int) settings.integer("nodes", 1, most),
        (int) settings.integer("cohort", 1, most),
        (int) settings.integer("rounds", 1, most),
        (int) settings.integer("workers", 1, most),
        settings.flag("forced", false));
  }
}
