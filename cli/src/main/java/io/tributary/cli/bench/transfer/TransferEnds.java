package io.tributary.cli.bench.transfer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * All processes of the bench and what they can be asked to do. Each transfer to a file begins by
 * removing the file that the last one of its kind left: memory that the system has just got back is
 * given out again at once, and memory that it has not used for seconds may have to be fetched from
 * a host first, which takes several times as long as filling it. Belongs to one thread.
 */
final class TransferEnds implements AutoCloseable {
  /** The same for every process, the product's and the plain ones. */
  private static final String HEAP = "256m";

  private final List<BenchPeer> peers = new ArrayList<>();
  private final BenchPeer coordinator;
  private final BenchPeer node;
  private final BenchPeer rawReceiver;
  private final BenchPeer rawSender;
  private final BenchPeer durableReceiver;
  private final BenchPeer durableSender;

  /** What one transfer took. */
  record Took(double seconds, double firstByte, double cpuSeconds) {}

  private TransferEnds(TransferSettings settings) {
    Path folder = settings.folder();
    String home = folder.toString();
    coordinator = start(CoordinatorEnd.class, folder, home);
    node =
        start(NodeEnd.class, folder, home, String.valueOf(settings.nodes()), coordinator.ready());
    rawReceiver = start(RawTlsStream.class, folder, "receive", home);
    rawSender = start(RawTlsStream.class, folder, "send", home, rawReceiver.ready());
    durableReceiver = start(RawTlsDurableStream.class, folder, "receive", home);
    durableSender = start(RawTlsDurableStream.class, folder, "send", home, durableReceiver.ready());
  }

  static TransferEnds start(TransferSettings settings) {
    new BenchTls(settings.folder()).issue(settings.nodes());
    return new TransferEnds(settings);
  }

  private BenchPeer start(Class<?> program, Path folder, String... arguments) {
    Path log = folder.resolve(program.getSimpleName() + ".log");
    BenchPeer peer = BenchPeer.start(program, log, HEAP, Arrays.asList(arguments));
    peers.add(peer);
    return peer;
  }

  /** A raw stream of so many bytes. */
  Took raw(long bytes) {
    return measured(rawSender, rawReceiver, "send", bytes);
  }

  /** A raw stream that is hashed, written and forced. */
  Took durable(long bytes) {
    durableReceiver.ask("clear");
    return measured(durableSender, durableReceiver, "send", bytes);
  }

  /** A run that is open. */
  record Open(String trained, String checkpoint, List<String> assignments) {}

  Open open(int sites, long bytes) {
    List<String> words = List.of(coordinator.ask("open", sites, bytes).split(" ", -1));
    return new Open(words.get(0), words.get(1), words.subList(2, words.size()));
  }

  /** Ends the run; the files that it left go before the next transfer that makes such. */
  void end() {
    coordinator.ask("end");
  }

  void disconnect() {
    node.ask("disconnect");
  }

  /** Every site fetches the checkpoint. */
  Took fetch(Open run, long bytes) {
    node.ask("forget");
    return measured(node, coordinator, "fetch", run.assignments().size(), run.trained(), bytes);
  }

  /** Every site submits an update. */
  Took submit(Open run, long bytes) {
    coordinator.ask("clear");
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("submit", run.assignments().size(), bytes, run.checkpoint()));
    words.addAll(run.assignments());
    return measured(node, coordinator, words.toArray());
  }

  private static Took measured(BenchPeer asked, BenchPeer other, Object... words) {
    double before = asked.cpuSeconds() + other.cpuSeconds();
    String[] answer = asked.ask(words).split(" ", -1);
    double cpu = asked.cpuSeconds() + other.cpuSeconds() - before;
    double first = answer.length > 1 ? Long.parseLong(answer[1]) / 1e9 : Double.NaN;
    return new Took(Long.parseLong(answer[0]) / 1e9, first, cpu);
  }

  long coordinatorPeakBytes() {
    return coordinator.peakBytes();
  }

  long nodePeakBytes() {
    return node.peakBytes();
  }

  @Override
  public void close() {
    Collections.reverse(peers);
    peers.forEach(BenchPeer::close);
  }
}
