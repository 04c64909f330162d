package io.tributary.training.finetune;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.lora.RankFiles;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The adapters that a node trains in a round: of its own rank, or one factor alone. */
final class NodeAdapters {
  private static final String RECEIVED = "received.safetensors";

  private NodeAdapters() {}

  /** The order as a node of a smaller rank has it: plan and checkpoint of that rank. */
  static TrainOrder ofNode(TrainOrder order) throws IOException {
    Plan plan = order.plan();
    if (!(plan.train().what() instanceof TrainedPart.Lora lora)) {
      return order;
    }
    LoraPlan settings = lora.settings();
    int rank = settings.rankOf(order.assignment().node());
    if (rank == settings.rank()) {
      return order;
    }
    Path cut = order.output().resolve(RECEIVED);
    try (ByteSource received = ByteSource.of(FileChannel.open(order.trained()));
        FileChannel into =
            FileChannel.open(
                cut,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      RankFiles.cut(received, rank, ByteSink.of(into));
    }
    var part = new TrainedPart.Lora(settings.ofRank(rank));
    return order.with(plan.withTrain(plan.train().withPart(part)), cut);
  }

  /** Throws away what {@link #ofNode} wrote. */
  static void discard(TrainOrder own) throws IOException {
    Files.deleteIfExists(own.output().resolve(RECEIVED));
  }

  /** The training of one round: of adapters in turn, those whose turn it is. */
  static TrainPlan inRound(TrainPlan plan, int round) {
    return plan.what() instanceof TrainedPart.Lora lora ? plan.withPart(lora.inRound(round)) : plan;
  }

  /** What an order's update holds: of adapters in turn, those whose turn it is. */
  static Layout moving(Layout trained, TrainOrder order) {
    return order.plan().train().what() instanceof TrainedPart.Lora lora
        ? AdapterLayout.moving(trained, lora.inRound(order.assignment().round().round()).still())
        : trained;
  }
}
