package io.tributary.simulations.behaviour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.client.session.Offer;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.engine.LocalTask;
import io.tributary.simulations.engine.LocalWork;
import io.tributary.simulations.engine.MadeUpdate;
import io.tributary.simulations.engine.SiteData;
import io.tributary.simulations.engine.VirtualSite;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import io.tributary.training.data.TextExample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile and failing nodes around work that sends the node's number. */
final class HostileWorkTest {
  private static final Layout TWO = Layout.of(List.of(new TensorSpec("w", DType.F32, List.of(2L))));

  private static final List<String> NODES = List.of("a", "b", "c", "d");
  private static final Set<NodeName> HOSTILE = Set.of(new NodeName("a"), new NodeName("c"));

  /** Node a sends (1, 2), b (2, 4) and so on. */
  private static final LocalWork NUMBERS =
      task -> {
        int number = NODES.indexOf(task.site().name().value()) + 1;
        return CompletableFuture.completedFuture(update(number, 2f * number));
      };

  @Test
  void train_signFlip_turnsTheHostileUpdatesAlone() {
    LocalWork work = hostile(new Hostility(2, Attack.SIGN_FLIP, 3, 1), NUMBERS);
    assertArrayEquals(new float[] {-3, -6}, sent(work, "a", 1));
    assertArrayEquals(new float[] {2, 4}, sent(work, "b", 1));
  }

  @Test
  void train_roundsBeforeTheFirstAttack_areHonest() {
    LocalWork work = hostile(new Hostility(2, Attack.SIGN_FLIP, 1, 3), NUMBERS);
    assertArrayEquals(new float[] {1, 2}, sent(work, "a", 2));
    assertArrayEquals(new float[] {-1, -2}, sent(work, "a", 3));
  }

  @Test
  void train_attackersDrawnAnew_areHonestWhereTheyWereNotDrawn() {
    var hostility = new Hostility(2, Attack.SIGN_FLIP, 1, 1, AttackForm.PAPER, true);
    Attackers attackers = Attackers.of(hostility, NODES.stream().map(NodeName::new).toList(), 3);
    LocalWork work = hostile(hostility, attackers, NUMBERS);
    int attacks = 0;
    for (int round = 1; round <= 12; round++) {
      boolean attack = attackers.in(round).contains(new NodeName("a"));
      assertEquals(attack ? -1 : 1, sent(work, "a", round)[0], "round " + round);
      attacks += attack ? 1 : 0;
    }
    assertTrue(attacks > 0 && attacks < 12, attacks + " of 12");
  }

  @Test
  void train_attackersWhoKnowOthers_waitForTheLastHonestNode() {
    LocalWork work = hostile(new Hostility(2, Attack.INNER_PRODUCT, 2, 1), NUMBERS);
    var first = work.train(task("a", 1)).toCompletableFuture();
    assertFalse(first.isDone(), "no honest node has ended");
    sent(work, "b", 1);
    assertFalse(first.isDone(), "d has not");
    sent(work, "d", 1);
    // the honest mean is ((2, 4) + (4, 8)) / 2
    assertArrayEquals(new float[] {-6, -12}, DeltaValues.read(first.join(), task("a", 1)));
    assertArrayEquals(new float[] {-6, -12}, sent(work, "c", 1), "told at once afterwards");
  }

  /** Four nodes, two hostile: one neighbour counts, so that Krum takes the attackers at once. */
  @Test
  void train_opt_sendsOneStepAgainstTheHonestMean() {
    LocalWork work = hostile(new Hostility(2, Attack.OPT, 0, 1), NUMBERS);
    var first = work.train(task("a", 1)).toCompletableFuture();
    sent(work, "b", 1);
    sent(work, "d", 1);
    // (2, 4) and (4, 8): sqrt(20) apart, the farther one sqrt(80) away, two values
    float step = (float) ((Math.sqrt(20) + Math.sqrt(80)) / Math.sqrt(2));
    assertArrayEquals(
        new float[] {-step, -step}, DeltaValues.read(first.join(), task("a", 1)), 1e-5f);
    assertArrayEquals(new float[] {-step, -step}, sent(work, "c", 1), 1e-5f);
  }

  @Test
  void train_flandersForm_waitsForTheAttackersOwnWorkToo() {
    LocalWork work =
        hostile(
            new Hostility(2, Attack.LITTLE_IS_ENOUGH, 0, 1, AttackForm.FLANDERS, false), NUMBERS);
    var first = work.train(task("a", 1)).toCompletableFuture();
    sent(work, "b", 1);
    sent(work, "d", 1);
    assertFalse(first.isDone(), "c has not made its own update");
    work.train(task("c", 1));
    double z = NormalProbability.below(0.5);
    assertArrayEquals(
        new float[] {
          (float) (2.5 - z * Math.sqrt(Math.sqrt(1.25))),
          (float) (5 - z * Math.sqrt(2 * Math.sqrt(1.25)))
        },
        DeltaValues.read(first.join(), task("a", 1)),
        1e-6f);
  }

  @Test
  void train_flandersForm_doesNotWaitForAnAttackerThatFails() {
    LocalWork failing =
        task -> {
          if (task.site().name().value().equals("c")) {
            throw new FederationException(ErrorKind.WORKER_FAILED, "c fails");
          }
          return NUMBERS.train(task);
        };
    LocalWork work =
        hostile(new Hostility(2, Attack.MIN_MAX, 0, 1, AttackForm.FLANDERS, false), failing);
    var first = work.train(task("a", 1)).toCompletableFuture();
    sent(work, "b", 1);
    sent(work, "d", 1);
    assertFalse(first.isDone());
    assertThrows(FederationException.class, () -> work.train(task("c", 1)));
    assertTrue(first.isDone());
  }

  @Test
  void train_optInFlandersForm_goesBackToTheFirstModelOfTheFirstNode(@TempDir Path folder)
      throws IOException {
    Path trained = zeros(folder);
    LocalWork work =
        hostile(new Hostility(2, Attack.OPT, 0, 2, AttackForm.FLANDERS, false), NUMBERS);
    for (String node : List.of("b", "a", "c", "d")) {
      sent(work, task(node, 1, plan(""), trained));
    }
    var first = work.train(task("a", 2, plan(""), trained)).toCompletableFuture();
    for (String node : List.of("b", "c", "d")) {
      work.train(task(node, 2, plan(""), trained));
    }
    // W is (1, 2); the first λ is 5 / ((4 - 2) (2 - 1)) + |(4, 8) - (1, 2)|²
    assertArrayEquals(
        new float[] {1 - 47.5f, 2 - 47.5f}, DeltaValues.read(first.join(), task("a", 2)), 1e-4f);
  }

  @Test
  void train_honestNodesThatEndWithoutUpdates_areNotWaitedFor() {
    LocalWork failing =
        task -> {
          if (task.site().name().value().equals("d")) {
            throw new FederationException(ErrorKind.WORKER_FAILED, "d fails");
          }
          return NUMBERS.train(task);
        };
    LocalWork work = hostile(new Hostility(2, Attack.INNER_PRODUCT, 1, 1), failing);
    var first = work.train(task("a", 1)).toCompletableFuture();
    assertThrows(FederationException.class, () -> work.train(task("d", 1)));
    sent(work, "b", 1);
    assertArrayEquals(new float[] {-2, -4}, DeltaValues.read(first.join(), task("a", 1)));
  }

  @Test
  void train_labelFlip_givesTheHostileNodesTurnedLabels() {
    List<Integer> seen = new ArrayList<>();
    LocalWork looking =
        task -> {
          seen.add(task.site().data().examples(1).train().label(0));
          return NUMBERS.train(task);
        };
    LocalWork work = hostile(new Hostility(2, Attack.LABEL_FLIP, 0, 1), looking);
    sent(work, "a", 1);
    sent(work, "b", 1);
    assertEquals(List.of(1, 0), seen);
  }

  @Test
  void train_gaussian_isTheSameForTheSameNodeAndRound() {
    LocalWork work = hostile(new Hostility(2, Attack.GAUSSIAN, 1, 1), NUMBERS);
    assertArrayEquals(sent(work, "a", 1), sent(work, "a", 1));
    assertFalse(sent(work, "a", 1)[0] == sent(work, "a", 2)[0], "another round, other noise");
  }

  @Test
  void train_replacement_isEnlargedByTheNodesOfTheRound() {
    LocalWork work = hostile(new Hostility(2, Attack.MODEL_REPLACEMENT, 1, 1), NUMBERS);
    assertArrayEquals(new float[] {4, 8}, sent(work, "a", 1));
  }

  /** What a hostile node sends passes the gate's first checks: it is written as the plan says. */
  @Test
  void train_compressed_isTurnedThroughTheCodec(@TempDir Path folder) throws IOException {
    LocalTask task = compressed("\"int8\"", folder);
    MadeUpdate made = encoded(task, 12.7f);
    for (Attack attack : List.of(Attack.SIGN_FLIP, Attack.GAUSSIAN, Attack.MODEL_REPLACEMENT)) {
      LocalWork work =
          hostile(new Hostility(2, attack, 2, 1), known -> CompletableFuture.completedFuture(made));
      MadeUpdate update = work.train(task).toCompletableFuture().join();
      assertEquals("int8/256", update.delta().codec());
      assertEquals(made.delta().bytes().length, update.delta().bytes().length);
      float value = DeltaValues.read(update, task)[0];
      assertNotEquals(12.7f, value);
      if (attack == Attack.SIGN_FLIP) {
        assertEquals(-25.4f, value, 1e-4f);
      }
    }
  }

  /** What the codec scaled once it does not scale again. */
  @Test
  void train_scaledByTheCodec_isScaledOnce(@TempDir Path folder) throws IOException {
    LocalTask task = compressed("{\"name\":\"random-k\",\"fraction\":0.5}", folder);
    MadeUpdate made = encoded(task, 12.7f);
    float[] honest = DeltaValues.read(made, task);
    LocalWork work =
        hostile(
            new Hostility(2, Attack.SIGN_FLIP, 1, 1),
            known -> CompletableFuture.completedFuture(made));
    MadeUpdate update = work.train(task).toCompletableFuture().join();
    for (int i = 0; i < honest.length; i++) {
      honest[i] = -honest[i];
    }
    assertArrayEquals(honest, DeltaValues.read(update, task), 1e-4f);
    assertTrue(Arrays.equals(new float[] {-25.4f, 0}, honest) || honest[1] == -25.4f);
  }

  private LocalTask compressed(String codec, Path folder) throws IOException {
    Plan plan = plan(",\"federation\":{\"compression\":" + codec + "}");
    return task("a", 1, plan, zeros(folder));
  }

  /** A checkpoint of two zeros. */
  private static Path zeros(Path folder) throws IOException {
    byte[] zeros = new byte[(int) Safetensors.canonicalSize(TWO)];
    byte[] header = Safetensors.canonicalHeader(TWO);
    System.arraycopy(header, 0, zeros, 0, header.length);
    return Files.write(folder.resolve("trained"), zeros);
  }

  private static MadeUpdate encoded(LocalTask task, float value) throws IOException {
    Coding coding = Coding.ofDelta(task.plan(), TWO, task.offer().id());
    var sent = new ByteArrayOutputStream();
    coding.encode(
        (first, into, count) -> Arrays.fill(into, 0, count, value),
        ByteSink.of(Channels.newChannel(sent)));
    var group = MadeUpdate.Group.of("delta", coding.digest(), coding.codec(), sent.toByteArray());
    return new MadeUpdate(List.of(group), 1, 1, 1, new TreeMap<>());
  }

  @Test
  void behaving_shares_areThoseThatWereAskedFor() {
    var work = new BehavingWork(NUMBERS, new Behaviour(0.7, 0.2, Optional.empty()), 5);
    int away = 0;
    int lost = 0;
    for (int round = 1; round <= 2_000; round++) {
      LocalTask task = task("b", round);
      away += work.refusal(task.site(), task.offer()).isPresent() ? 1 : 0;
      try {
        work.train(task);
      } catch (FederationException e) {
        lost++;
      }
    }
    // binomial, sd 20.5 and 17.9; five of them are passed once in a million seeds
    assertEquals(600, away, 103);
    assertEquals(400, lost, 90);
  }

  @Test
  void behaving_stragglers_dropOrDoAPart() {
    var slow = new Behaviour.Stragglers(1, 1, Behaviour.Late.DROP);
    var dropping = new BehavingWork(NUMBERS, new Behaviour(1, 0, Optional.of(slow)), 5);
    List<Long> steps = new ArrayList<>();
    LocalWork counting =
        task -> {
          steps.add(task.plan().train().loop().steps());
          return NUMBERS.train(task);
        };
    var part = new Behaviour.Stragglers(1, 1, Behaviour.Late.PARTIAL);
    var doing = new BehavingWork(counting, new Behaviour(1, 0, Optional.of(part)), 5);
    int late = 0;
    for (int round = 1; round <= 1_000; round++) {
      LocalTask task = task("b", round);
      try {
        dropping.train(task);
      } catch (FederationException e) {
        assertEquals(ErrorKind.TIMED_OUT, e.kind());
        late++;
      }
      doing.train(task);
    }
    // half of all take longer than the usual time; sd 15.8
    assertEquals(500, late, 80);
    assertEquals(1_000, steps.size(), "nobody is left out");
    assertEquals(
        late, steps.stream().filter(count -> count > 0).count(), "the late do fewer steps");
    assertTrue(steps.stream().allMatch(count -> count < 10), "of ten");
  }

  private static LocalWork hostile(Hostility hostility, LocalWork inner) {
    return hostile(hostility, Attackers.of(hostility, List.copyOf(HOSTILE), 3), inner);
  }

  private static LocalWork hostile(Hostility hostility, Attackers attackers, LocalWork inner) {
    return new HostileWork(
        inner,
        hostility,
        attackers,
        3,
        id -> NODES.stream().map(NodeName::new).collect(Collectors.toSet()));
  }

  private static float[] sent(LocalWork work, String node, int round) {
    return sent(work, task(node, round));
  }

  private static float[] sent(LocalWork work, LocalTask task) {
    return DeltaValues.read(work.train(task).toCompletableFuture().join(), task);
  }

  private static MadeUpdate update(float... values) {
    byte[] header = "{}      ".getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length + values.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    for (float value : values) {
      file.putFloat(value);
    }
    var group = MadeUpdate.Group.of("delta", Digest.ofUtf8("layout"), "f32", file.array());
    return new MadeUpdate(List.of(group), 1, 1, 1, new TreeMap<>());
  }

  private static LocalTask task(String node, int round) {
    return task(node, round, plan(""), Path.of("trained"));
  }

  private static LocalTask task(String node, int round, Plan plan, Path trained) {
    Digest some = Digest.ofUtf8("some");
    var id = new AssignmentId(new RoundId(new RunId("run"), round), 1, new NodeName(node));
    var file = new Offer.FileNeeded(some, 1);
    var offer =
        new Offer(
            id, Offer.Work.TRAIN, "{}", some, file, file, List.of(), Duration.ofMinutes(1), some);
    return new LocalTask(
        new VirtualSite(new NodeName(node), new Texts()),
        offer,
        plan,
        Path.of("base"),
        trained,
        Optional.empty(),
        Optional.empty(),
        0,
        () -> false);
  }

  private static Plan plan(String more) {
    String json =
        """
        {"name":"virtual","seed":3,
         "model":{"base":"model","task":"text-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":2}%s}
        """;
    return Plan.read(Settings.of("plan", JsonReader.read(json.formatted(more))));
  }

  /** Ten texts, the labels in turn: five batches, ten steps in two passes. */
  private record Texts() implements SiteData {
    @Override
    public long declared() {
      return 10;
    }

    @Override
    public Examples examples(int round) {
      Stream<TextExample> texts =
          IntStream.range(0, 10).mapToObj(i -> new TextExample("text " + i, i % 2));
      var card =
          new DatasetCard(
              List.of("low", "high"), 10, 0, new TreeMap<>(), new TreeMap<>(), Digest.ofUtf8(""));
      return new Examples(ExamplePart.ofTexts(texts.toList()), ExamplePart.empty(), card);
    }
  }
}
