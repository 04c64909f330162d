package io.tributary.federation.manifest;

import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which files of models may run: TorchScript is code, and so runs only where its digest was named
 * by whom it runs at. Names decide what counts as code; under no other name is a file ever run.
 *
 * @param digests of trusted files; usually none
 */
public record TrustedCode(List<Digest> digests) {
  /** No file at all. */
  public static final TrustedCode NONE = new TrustedCode(List.of());

  /** The key under which configurations list digests. */
  public static final String KEY = "torchscript";

  private static final List<String> ENDINGS = List.of(".pt", ".pth", ".ptl");

  public TrustedCode {
    digests = List.copyOf(digests);
  }

  /** Reads {@link #KEY}; without it no file is trusted. */
  public static TrustedCode read(Settings section) {
    List<String> words = section.texts(KEY, List.of());
    for (String word : words) {
      if (!word.matches("sha256:[0-9a-f]{64}")) {
        throw section.refusal(KEY, word, "digests of TorchScript files, sha256:…");
      }
    }
    return new TrustedCode(words.stream().map(Digest::parse).toList());
  }

  /** The first file of a model that is code and not trusted; empty: the model may be opened. */
  public Optional<ManifestEntry> refused(Manifest model) {
    return model.entries().stream()
        .filter(entry -> isCode(entry.path()) && !digests.contains(entry.digest()))
        .findFirst();
  }

  /** The list as {@link #read} takes it. */
  public JsonValue toJson() {
    return JsonValue.array(
        digests.stream().map(digest -> JsonValue.of(digest.toString())).toList());
  }

  private static boolean isCode(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }
}
