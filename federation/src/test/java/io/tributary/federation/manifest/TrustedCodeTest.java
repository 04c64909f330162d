package io.tributary.federation.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedCodeTest {
  private static final Digest DIGEST = Digest.ofUtf8("code");

  private static Manifest model(String path) {
    return Manifest.of(Manifest.FOLDER, List.of(new ManifestEntry(path, DIGEST, 1, List.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pt", "MODEL.PT", "deep/model.pth", "model.ptl"})
  void refused_codeThatIsNotNamed_untilItsDigestIs(String path) {
    assertEquals(path, TrustedCode.NONE.refused(model(path)).orElseThrow().path());
    var named = new TrustedCode(List.of(Digest.ofUtf8("other"), DIGEST));
    assertEquals(Optional.empty(), named.refused(model(path)));
    var other = new TrustedCode(List.of(Digest.ofUtf8("other")));
    assertEquals(path, other.refused(model(path)).orElseThrow().path());
  }

  @Test
  void refused_weightsAndText_never() {
    for (String path : List.of("model.safetensors", "config.json", "pt", "vocab.txt")) {
      assertEquals(Optional.empty(), TrustedCode.NONE.refused(model(path)));
    }
  }

  @Test
  void read_wordsThatAreNoDigests_refused() {
    Settings settings =
        Settings.of("node.yaml", JsonReader.read("{\"torchscript\": [\"model.pt\"]}"));
    var refusal = assertThrows(FederationException.class, () -> TrustedCode.read(settings));
    assertTrue(refusal.sentence().contains("torchscript: model.pt"), refusal.sentence());
  }
}
