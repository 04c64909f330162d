package io.tributary.cli.bench;

import io.tributary.certs.CertifiedKey;
import io.tributary.cli.Version;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.service.LogSetup;
import io.tributary.client.rpc.HelloFacts;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionRules;
import io.tributary.federation.Digest;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.DatasetCard;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.SharedLoops;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.IntStream;

/**
 * The process that holds the nodes of the bench: takes orders from standard input, one a line, and
 * answers each with one line of JSON. Every node has a key and certificate of its own and a
 * connection of its own; threads and trust are shared.
 *
 * <pre>
 * make COUNT                 so many nodes in all, not joined yet
 * join COUNT AT-A-TIME       lets so many of them join, and waits for their Welcome
 * returned SINCE SECONDS     waits until all joined anew after SINCE (milliseconds since 1970)
 * </pre>
 */
public final class IdleNodes {
  private static final int EVENT_LOOPS = 2;
  private static final long SEED = 1;
  private static final int LABELS = 26;

  private final DemoLayout layout;
  private final CoordinatorAddress coordinator;
  private final TlsMaterial trust;
  private final SharedLoops loops = SharedLoops.start("bench", EVENT_LOOPS);
  private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
  private final HelloFacts hello;
  private final List<IdleNode> made = new ArrayList<>();
  private final Joins joins = new Joins();
  private int started;

  private IdleNodes(DemoLayout layout, String control) {
    this.layout = layout;
    this.coordinator =
        CoordinatorAddress.parse(
            control, new PeerName(IdleFiles.FEDERATION, Role.COORDINATOR, "main"));
    // of the operator's files only the trust is used
    this.trust =
        TlsMaterial.read(
            new TlsFiles(
                layout.tls().resolve("operator.pem"),
                layout.tls().resolve("operator.key"),
                layout.certificates().resolve("ca.pem")));
    this.hello = new HelloFacts(Version.ofBuild().number(), "cpu", 8L << 30, 4, card(), List.of());
  }

  private static DatasetCard card() {
    List<String> labels = IntStream.range(0, LABELS).mapToObj(i -> "category-" + i).toList();
    return new DatasetCard(
        labels, 1_000, 100, new TreeMap<>(), new TreeMap<>(), Digest.of(new byte[] {1}));
  }

  /** Arguments: folder of the bench, address of the control listener. */
  public static void main(String[] arguments) throws Exception {
    LogSetup.service("error", false);
    new IdleNodes(new DemoLayout(Path.of(arguments[0])), arguments[1]).serve();
    // connections end with the process: closing 10,000 one by one would only take time
    Runtime.getRuntime().halt(0);
  }

  private void serve() throws IOException, InterruptedException {
    var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      String[] words = line.split(" ", -1);
      String answer =
          switch (words[0]) {
            case "make" -> make(Integer.parseInt(words[1]));
            case "join" -> join(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "returned" ->
                joins.returned(Long.parseLong(words[1]), Long.parseLong(words[2])).canonical();
            default -> throw new IllegalArgumentException(line);
          };
      System.out.println(answer);
      System.out.flush();
    }
  }

  private String make(int count) {
    long begun = System.nanoTime();
    List<CertifiedKey> keys =
        Identities.take(layout.certificates(), layout.folder().resolve("nodes.bin"), count);
    for (int i = made.size(); i < count; i++) {
      made.add(node(Identities.name(i), keys.get(i)));
    }
    return Joins.answer("made", made.size(), (System.nanoTime() - begun) / 1e9).build().canonical();
  }

  private IdleNode node(String name, CertifiedKey own) {
    return new IdleNode(
        loops.control(coordinator, trust.of(own.certificate(), own.key()), InstantSource.system()),
        hello,
        new SessionMachine(
            SessionRules.defaults(), new RandomStreams(SEED).stream(0, name, "session")),
        joins,
        timers);
  }

  private String join(int count, int atATime) throws InterruptedException {
    List<IdleNode> next = List.copyOf(made.subList(started, started + count));
    started += count;
    return joins.join(next, atATime).canonical();
  }
}
