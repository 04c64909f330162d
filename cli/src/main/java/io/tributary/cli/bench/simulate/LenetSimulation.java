package io.tributary.cli.bench.simulate;

import io.tributary.coordinator.config.Durability;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.engine.NodeNames;
import io.tributary.simulations.engine.SharedData;
import io.tributary.simulations.engine.VirtualFederation;
import io.tributary.simulations.engine.VirtualSite;
import io.tributary.simulations.partition.Partition;
import io.tributary.simulations.partition.Partitioner;
import io.tributary.simulations.partition.Scheme;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.model.RandomBase;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * LeNet of NIID-Bench on Fashion-MNIST: 100 nodes of 600 pictures, one epoch in batches of 64 with
 * SGD 0.01 and momentum 0.9, one thread each. A few held-out pictures are judged each round, so
 * that what is measured is training.
 */
final class LenetSimulation {
  static final String NAME = "lenet-fmnist";

  private static final int HELD_OUT = 200;
  private static final int SIDE = 28;
  private static final int MAGIC = 0x0801;
  private static final int PICTURES_HEAD = 16;
  private static final int LABELS_HEAD = 8;
  private static final List<String> LABELS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private final SimulateOrder order;

  LenetSimulation(SimulateOrder order) {
    this.order = order;
  }

  SimulateFigures run() {
    long started = System.nanoTime();
    Path base = order.folder().resolve("base");
    var scheme = new Scheme.Even();
    SharedData data = SharedData.load(spec(), LABELS, scheme);
    Partition partition = Partitioner.divide(data.subjects(), scheme, order.nodes(), 1, 1);
    List<NodeName> names = NodeNames.of(order.nodes());
    List<VirtualSite> sites = new ArrayList<>();
    for (int node = 0; node < names.size(); node++) {
      sites.add(new VirtualSite(names.get(node), data.site(partition, node)));
    }
    var setting =
        new VirtualFederation.Setting(
            new FederationName("tributary-bench"),
            order.folder().resolve("state"),
            files(base),
            order.workers(),
            Durability.NONE);
    try (var federation = VirtualFederation.start(setting)) {
      federation.join(sites, LABELS, federation.torchWork(data.spec()));
      RunId run = federation.begin(plan(), base);
      var watch = new SimulateWatch(order.rounds());
      List<RoundRecord> rounds = watch.await(federation, run);
      return watch.figures(rounds, (System.nanoTime() - started) / 1e9);
    }
  }

  private DatasetSpec spec() {
    Path pictures = order.data().resolve("train-images-idx3-ubyte.gz");
    JsonObject train =
        JsonValue.object().put("source", "idx").put("path", pictures.toString()).build();
    return DatasetSpec.parse(JsonValue.object().put("train", train).build());
  }

  /** Base model and held-out pictures; the section {@code held-out} that names those. */
  private JsonObject files(Path base) {
    Path images = order.folder().resolve("few-images-idx3-ubyte");
    Path labels = order.folder().resolve("few-labels-idx1-ubyte");
    try {
      JsonObject config =
          (JsonObject)
              JsonReader.read("{\"model_type\":\"lenet\",\"num_channels\":1,\"image_size\":28}");
      RandomBase.write(base, config, new RandomStreams(1).stream(0, "", "bench-base"));
      byte[] pixels = entries("t10k-images-idx3-ubyte.gz", PICTURES_HEAD, SIDE * SIDE);
      Files.write(
          images,
          ByteBuffer.allocate(PICTURES_HEAD + pixels.length)
              .putInt(MAGIC + 2)
              .putInt(HELD_OUT)
              .putInt(SIDE)
              .putInt(SIDE)
              .put(pixels)
              .array());
      byte[] classes = entries("t10k-labels-idx1-ubyte.gz", LABELS_HEAD, 1);
      Files.write(
          labels,
          ByteBuffer.allocate(LABELS_HEAD + classes.length)
              .putInt(MAGIC)
              .putInt(HELD_OUT)
              .put(classes)
              .array());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          "Fashion-MNIST: "
              + order.data()
              + ": "
              + e.getMessage()
              + " (expected: its four files, gzip). Install dataset-fashion-mnist, or name a folder.",
          e);
    }
    return JsonValue.object().put("source", "idx").put("selection", images.toString()).build();
  }

  private byte[] entries(String file, int head, int each) throws IOException {
    try (var in =
        new DataInputStream(
            new GZIPInputStream(Files.newInputStream(order.data().resolve(file))))) {
      in.readFully(new byte[head]);
      byte[] entries = new byte[HELD_OUT * each];
      in.readFully(entries);
      return entries;
    }
  }

  private Plan plan() {
    String json =
        """
        {"name":"lenet-fmnist","seed":1,
         "model":{"base":"base","task":"image-classification","labels":[%s]},
         "train":{"epochs":1,"batch-size":64,"clip-norm":0,"threads":1,
           "optimizer":{"name":"sgd","learning-rate":0.01,"momentum":0.9},
           "schedule":{"name":"constant"}},
         "federation":{"rounds":%d,"cohort":{"fraction":0,"quorum":%d}}}
        """
            .formatted(
                LABELS.stream().map(label -> '"' + label + '"').collect(Collectors.joining(",")),
                order.rounds(),
                order.cohort());
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }
}
