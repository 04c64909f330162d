package io.tributary.cli.bench.transfer;

import io.tributary.cli.service.LogSetup;
import io.tributary.client.rpc.BulkClient;
import io.tributary.client.task.FinishedUpdate;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGeneratorFactory;

/**
 * The node's side: its own bulk client, connections and store, for one site or several at once.
 *
 * <p>Arguments: {@code FOLDER SITES PORT}. Commands: {@code fetch SITES DIGEST BYTES} and {@code
 * submit SITES BYTES CHECKPOINT ASSIGNMENT…}, which answer with the nanoseconds of all and of the
 * first byte of one; {@code forget} throws fetched files away; {@code disconnect} closes every
 * connection.
 */
public final class NodeEnd {
  static final Digest LAYOUT = Digest.ofUtf8("bench layout");
  static final String CODEC = "f32";

  private final Path folder;
  private final int port;
  private final List<Site> sites = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private NodeEnd(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** One site with connections and a store of its own. */
  private final class Site {
    private final String name;
    private final ArtifactStore store;
    private TlsChannels channels;

    Site(String name) {
      this.name = name;
      this.store = ArtifactStore.open(folder.resolve(name), DurableFiles.forced());
      this.channels = connect();
    }

    private TlsChannels connect() {
      return TlsChannels.open(
          new CoordinatorAddress("localhost", port, BenchTls.COORDINATOR),
          new BenchTls(folder).ofSite(name),
          InstantSource.system());
    }

    void reconnect() {
      channels.close(Duration.ofSeconds(1));
      channels = connect();
    }

    BulkClient client() {
      return new BulkClient(
          () -> channels.bulk(port),
          store,
          RandomGeneratorFactory.of("L64X128MixRandom").create(1),
          System::nanoTime);
    }
  }

  public static void main(String[] arguments) throws Exception {
    LogSetup.service("warn", false);
    LogSetup.takeOverJavaLogging();
    var end = new NodeEnd(Path.of(arguments[0]), Integer.parseInt(arguments[2]));
    BenchTls.sites(Integer.parseInt(arguments[1]))
        .forEach(name -> end.sites.add(end.new Site(name)));
    BenchEnd.serve("", end::command);
    System.exit(0);
  }

  private String command(String[] words) throws Exception {
    return switch (words[0]) {
      case "fetch" -> fetch(Integer.parseInt(words[1]), words);
      case "submit" -> submit(Integer.parseInt(words[1]), words);
      case "forget" -> {
        sites.forEach(site -> site.store.digests().forEach(site.store::delete));
        yield "";
      }
      case "disconnect" -> {
        sites.forEach(Site::reconnect);
        yield "";
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private String fetch(int count, String[] words) throws Exception {
    Digest digest = Digest.parse(words[2]);
    long bytes = Long.parseLong(words[3]);
    return timed(
        count, (site, moved) -> sites.get(site).client().fetch(digest, bytes, moved::moved));
  }

  private String submit(int count, String[] words) throws Exception {
    long bytes = Long.parseLong(words[2]);
    Path file = folder.resolve("update-" + bytes);
    Path note = folder.resolve("update-" + bytes + "-digest");
    if (!Files.exists(note)) {
      Files.writeString(note, BenchFile.write(file, bytes).toString());
    }
    var group =
        new GroupFile("delta", file, LAYOUT, CODEC, bytes, Digest.parse(Files.readString(note)));
    Digest checkpoint = Digest.parse(words[3]);
    return timed(
        count,
        (site, moved) -> {
          AssignmentId id = AssignmentId.parse(words[4 + site]);
          int owner = Integer.parseInt(id.node().value().substring("site-".length())) - 1;
          var update = new FinishedUpdate(id, checkpoint, List.of(group), 1, 1, new TreeMap<>());
          sites.get(owner).client().submit(update, moved::moved);
        });
  }

  /** Hears when the first byte moved. */
  private static final class FirstByte {
    private final AtomicLong at = new AtomicLong();

    void moved(long done, long total) {
      if (at.get() == 0 && done > 0) {
        at.compareAndSet(0, System.nanoTime());
      }
    }
  }

  /** What one site does. */
  @FunctionalInterface
  private interface Transfer {
    void run(int site, FirstByte moved);
  }

  private String timed(int count, Transfer transfer) throws Exception {
    var first = new FirstByte();
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int site = i;
      work.add(
          () -> {
            transfer.run(site, first);
            return null;
          });
    }
    long start = System.nanoTime();
    for (Future<Void> done : threads.invokeAll(work)) {
      done.get();
    }
    return (System.nanoTime() - start) + " " + (first.at.get() - start);
  }
}
