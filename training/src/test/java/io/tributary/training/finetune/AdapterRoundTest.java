package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which adapters a node trains, in which form, and that what stands still does. */
class AdapterRoundTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeTexts() throws IOException {
    var csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 12; i++) {
      csv.append("a lovely warm day ").append(i).append(",yes\n");
      csv.append("a terrible cold night ").append(i).append(",no\n");
    }
    data = Files.writeString(folder.resolve("texts.csv"), csv);
  }

  private static Plan plan(String lora) {
    return SmallModels.textPlan(
        "{\"batch-size\":4,\"what\":\"lora\",\"optimizer\":{\"learning-rate\":0.01},"
            + "\"schedule\":{\"warm-up\":0},\"lora\":{\"rank\":4,"
            + lora
            + "}}");
  }

  private BaseModel base() throws IOException {
    Path at = folder.resolve("base");
    if (Files.exists(at)) {
      return BaseModel.open(at);
    }
    return SmallModels.bert(at);
  }

  private TrainOutcome run(Plan plan, int round, String node) throws IOException {
    BaseModel base = base();
    Path zero = folder.resolve("zero-" + Math.floorMod(plan.digest().hashCode(), 1_000_000));
    if (!Files.exists(zero)) {
      SmallModels.checkpoint(base, plan, zero);
    }
    var order =
        new TrainOrder(
            AssignmentId.parse("run/" + round + "/1/" + node),
            plan,
            base.folder(),
            zero,
            DatasetSpec.read(
                Settings.of("data", JsonReader.read("{\"train\":{\"path\":\"" + data + "\"}}")),
                folder),
            0,
            Files.createTempDirectory(folder, "output"),
            "cpu");
    return FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0);
  }

  private static Layout layout(TrainOutcome outcome) throws IOException {
    GroupFile delta = outcome.groups().get(0);
    byte[] bytes = Files.readAllBytes(delta.file());
    Layout layout = Safetensors.read(ByteSource.of(bytes)).layout();
    assertEquals(layout.digest(), delta.layout());
    return layout;
  }

  @ParameterizedTest
  @CsvSource({"ffa, 1, lora_A", "ffa, 2, lora_A", "rolora, 1, lora_A", "rolora, 2, lora_B"})
  void run_factorThatStandsStill_isNotSent(String aggregation, int round, String still)
      throws IOException {
    TrainOutcome outcome = run(plan("\"aggregation\":\"" + aggregation + "\""), round, "a");
    Layout sent = layout(outcome);
    Layout all = TrainedLayout.of(base(), plan("\"aggregation\":\"fedit\""));
    List<String> expected =
        all.tensors().stream().map(TensorSpec::name).filter(n -> !n.contains(still)).toList();
    assertEquals(expected, sent.tensors().stream().map(TensorSpec::name).toList());
  }

  /** With A as it was drawn and B at zero only B can learn: FFA's round is RoLoRA's first. */
  @Test
  void run_ffaAndRoloraInTheFirstRound_trainTheSame() throws IOException {
    TrainOutcome ffa = run(plan("\"aggregation\":\"ffa\""), 1, "a");
    TrainOutcome rolora = run(plan("\"aggregation\":\"rolora\""), 1, "a");
    TrainOutcome usual = run(plan("\"aggregation\":\"fedit\""), 1, "a");
    assertEquals(ffa.groups().get(0).digest(), rolora.groups().get(0).digest());
    assertNotEquals(ffa.groups().get(0).digest(), usual.groups().get(0).digest());
    assertTrue(ffa.groups().get(0).bytes() < usual.groups().get(0).bytes());
  }

  @Test
  void run_nodeOfASmallerRank_sendsItsOwnForm() throws IOException {
    Plan plan = plan("\"ranks\":{\"b\":1}");
    Layout whole = layout(run(plan, 1, "a"));
    Layout own = layout(run(plan, 1, "b"));
    assertEquals(AdapterLayout.ofRank(whole, 1), own);
    assertNotEquals(whole, own);
  }
}
