package io.tributary.cli.bench.aggregate;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RoundId;
import io.tributary.federation.manifest.EntryHash;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Writes the files of a round, and opens them in another process: a list beside them names their
 * digests, so that nobody has to hash them to begin.
 */
final class RoundFiles {
  private static final String LIST = "round.txt";
  private static final int BUFFER_BYTES = 1 << 20;
  private static final float WEIGHT = 1;
  private static final float STEP = 1e-3f;

  private RoundFiles() {}

  /** Writes checkpoint 0 and the updates; those beyond the settings' files are links. */
  static void write(AggregateSettings settings) {
    Layout layout = SpooledRound.layout(settings.elements());
    DurableFiles files = DurableFiles.unforced();
    StateFolder folder = StateFolder.open(settings.folder().resolve("state"), files);
    try {
      List<String> list = new ArrayList<>();
      Checkpoint zero = zero(folder, files, layout);
      list.add(zero.manifest().bytes() + " " + zero.manifest().digest());
      list.add(zero.trained().bytes() + " " + zero.trained().digest());
      for (int i = 0; i < settings.spooled(); i++) {
        Path file = folder.spooled(SpooledRound.assignment(i), AggregationOrder.DELTA);
        files.createFolder(requireNonNull(file.getParent()));
        if (i < settings.files()) {
          list.add(fill(file, layout, i + 1, STEP).digest().toString());
        } else {
          int same = i % settings.files();
          Files.createLink(
              file, folder.spooled(SpooledRound.assignment(same), AggregationOrder.DELTA));
          list.add(list.get(2 + same));
        }
      }
      Files.write(settings.folder().resolve(LIST), list, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, settings.folder() + ": can't be written (expected: room). Make room.", e);
    }
  }

  /** Opens what another process wrote. */
  static SpooledRound open(AggregateSettings settings) throws IOException {
    List<String> list = Files.readAllLines(settings.folder().resolve(LIST), StandardCharsets.UTF_8);
    StateFolder folder =
        StateFolder.open(settings.folder().resolve("state"), DurableFiles.unforced());
    var zero = new Checkpoint(reference(list.get(0)), reference(list.get(1)));
    List<Digest> digests = list.stream().skip(2).map(Digest::parse).toList();
    return SpooledRound.of(folder, SpooledRound.layout(settings.elements()), zero, digests);
  }

  private static ArtifactRef reference(String line) {
    String[] words = line.split(" ", 2);
    return new ArtifactRef(Digest.parse(words[1]), Long.parseLong(words[0]));
  }

  private static Checkpoint zero(StateFolder folder, DurableFiles files, Layout layout)
      throws IOException {
    var artifacts = ArtifactStore.open(folder.artifacts(), files);
    artifacts.put(SpooledRound.BASE);
    var store = new CheckpointStore(folder.checkpoints(), artifacts, files, Failpoints.none());
    Path file = folder.temporary().resolve("zero.tmp");
    ManifestEntry tensors = fill(file, layout, 0, WEIGHT);
    var origin =
        new CheckpointStore.Origin(
            new RoundId(SpooledRound.RUN, 0),
            Optional.empty(),
            Digest.ofUtf8("plan"),
            Digest.of(SpooledRound.BASE),
            new TreeMap<>(),
            "bench",
            Instant.EPOCH);
    return store.store(new CheckpointStore.Part(file, tensors), List.of(), origin).toCheckpoint();
  }

  /** A canonical file of evenly drawn values between -scale and scale. */
  private static ManifestEntry fill(Path file, Layout layout, long seed, float scale)
      throws IOException {
    var random = new SplittableRandom(seed);
    var hash = new EntryHash();
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, hash, ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
      for (long left = layout.dataBytes(); left > 0; left -= bytes.limit()) {
        bytes.clear().limit((int) Math.min(BUFFER_BYTES, left));
        while (bytes.hasRemaining()) {
          bytes.putFloat(random.nextInt() * 0x1p-31f * scale);
        }
        write(channel, hash, bytes.flip());
      }
      channel.force(true); // or the disk would still be busy with it while others are measured
    }
    return hash.entry(CheckpointStore.TRAINED);
  }

  private static void write(FileChannel channel, EntryHash hash, ByteBuffer bytes)
      throws IOException {
    hash.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
