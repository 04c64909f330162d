package io.tributary.training.finetune;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.CompressionPlan;
import io.tributary.training.model.DigestingSink;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the deltas of an update as its plan says, and measures what is lost. With error feedback
 * (Seide et al., Interspeech 2014; Karimireddy et al., ICML 2019, algorithm 1) what was left out of
 * the node's last update that counted is added first, and what is left out now is kept: e ← e + Δ -
 * Q(e + Δ). So a node that is asked again, or whose update does not count, leaves nothing out
 * twice.
 */
final class DeltaCompression {
  private final TrainOrder order;
  private final Layout layout;
  private final Coding coding;
  private final CompressionPlan plan;

  /**
   * @param layout of the deltas
   */
  DeltaCompression(TrainOrder order, Layout layout) {
    this.order = order;
    this.layout = layout;
    plan = order.plan().federation().compression();
    coding = Coding.ofDelta(order.plan(), layout, order.assignment());
  }

  /**
   * Puts the compressed deltas in the place of the others, whose file is deleted: nothing reads it
   * any more.
   *
   * @param groups of the update, the first of them the deltas
   * @param kept folder of what is kept with the update, where error feedback needs one
   * @param metrics takes what was measured
   * @param notes takes what a person at the site should know
   */
  void compress(
      List<GroupFile> groups, Optional<Path> kept, Map<String, Double> metrics, List<String> notes)
      throws IOException {
    if (plan.isNone()) {
      return;
    }
    GroupFile delta = groups.get(0);
    metrics.put(TrainOutcome.PLAIN_BYTES, bytes(groups));
    Path file = order.output().resolve(delta.name() + "-sent.safetensors");
    try (ByteSource own = open(delta.file());
        FloatFile left = FloatFile.open(leftOut(notes), layout)) {
      FloatRun whole = FloatRun.of(own, layout).plus(left.run());
      groups.set(0, encode(delta, whole, file));
      try (ByteSource sent = coding.decode(open(file))) {
        var loss = new Loss(whole, FloatRun.of(sent, layout));
        if (plan.errorFeedback()) {
          KeptTensors.write(kept.orElseThrow(), KeptTensors.LEFT_OUT, layout, loss.values());
        } else {
          loss.measure(layout);
        }
        metrics.put(TrainOutcome.COMPRESSION_ERROR, loss.relative());
      }
    }
    metrics.put(TrainOutcome.SENT_BYTES, bytes(groups));
    Files.delete(delta.file());
  }

  private static double bytes(List<GroupFile> groups) {
    return groups.stream().mapToLong(GroupFile::bytes).sum();
  }

  private GroupFile encode(GroupFile delta, FloatRun whole, Path file) throws IOException {
    WrittenTensors written = DigestingSink.write(file, sink -> coding.encode(whole, sink));
    return new GroupFile(
        delta.name(), file, coding.digest(), coding.codec(), written.size(), written.digest());
  }

  /** What was left out of the last update that counted. */
  private Optional<Path> leftOut(List<String> notes) {
    if (!plan.errorFeedback()) {
      return Optional.empty();
    }
    KeptTensors.Found found = KeptTensors.find(order.kept(), KeptTensors.LEFT_OUT, layout);
    found
        .dropped()
        .ifPresent(
            why ->
                notes.add(
                    "what compression left out of the last update is dropped, since "
                        + why
                        + "; it starts from zero"));
    return found.file();
  }

  private static ByteSource open(Path file) throws IOException {
    return ByteSource.of(FileChannel.open(file, StandardOpenOption.READ));
  }

  /** What compression takes away, and how much of the whole that is. */
  private static final class Loss {
    private final FloatRun whole;
    private final FloatRun sent;
    private final float[] others = new float[FloatFile.BLOCK];
    private double lost;
    private double all;

    private Loss(FloatRun whole, FloatRun sent) {
      this.whole = whole;
      this.sent = sent;
    }

    /** The differences, in the order of the layout; measured while they are read. */
    private FloatFile.Values values() {
      long[] next = {0};
      return (tensor, first, into, count) -> {
        read(next[0], into, count);
        next[0] += count;
      };
    }

    private void measure(Layout layout) throws IOException {
      float[] block = new float[FloatFile.BLOCK];
      long elements = layout.elements();
      for (long first = 0; first < elements; first += block.length) {
        read(first, block, (int) Math.min(block.length, elements - first));
      }
    }

    private void read(long first, float[] into, int count) throws IOException {
      whole.read(first, into, count);
      sent.read(first, others, count);
      for (int i = 0; i < count; i++) {
        double value = into[i];
        into[i] -= others[i];
        lost += (value - others[i]) * (value - others[i]);
        all += value * value;
      }
    }

    private double relative() {
      return all == 0 ? 0 : Math.sqrt(lost / all);
    }
  }
}
