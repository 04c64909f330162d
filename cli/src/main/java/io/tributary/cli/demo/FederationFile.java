package io.tributary.cli.demo;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.manifest.TrustedCode;
import io.tributary.federation.settings.Settings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code federation.yaml}: what a federation on one machine needs beside its plan.
 *
 * @param about one line for people
 * @param base {@code bundled:NAME}, a model's folder, or a {@code config.json} of a new model with
 *     random weights; paths start from the file's folder
 * @param seed of a new model's weights
 * @param sites by name, what stands as {@code data} in the node's file
 * @param torchscript files of the base model that are code and may run at coordinator and nodes
 * @param heldOut what stands as {@code held-out} in the coordinator's file
 */
record FederationFile(
    String about,
    String base,
    long seed,
    Map<String, JsonValue> sites,
    TrustedCode torchscript,
    JsonValue heldOut) {
  static final String NAME = "federation.yaml";
  private static final int MOST_SITES = 20;

  FederationFile {
    sites = Collections.unmodifiableMap(new LinkedHashMap<>(sites));
  }

  /** Reads the file of a folder; a missing or malformed one is refused. */
  static FederationFile read(Path folder) {
    return ConfigFile.read(folder.resolve(NAME), Overrides.none()).as(FederationFile::read);
  }

  private static FederationFile read(Settings settings, Path folder) {
    Map<String, JsonValue> sites = new LinkedHashMap<>();
    Settings section = settings.section("sites");
    for (String site : settings.names("sites")) {
      sites.put(name(settings, site), section.object(site));
    }
    if (sites.isEmpty() || sites.size() > MOST_SITES) {
      throw settings.refusal("sites", sites.size() + " sites", "1 to " + MOST_SITES);
    }
    var file =
        new FederationFile(
            settings.text("about", ""),
            settings.text("base"),
            settings.integer("seed", 1, 0, Long.MAX_VALUE),
            sites,
            TrustedCode.read(settings),
            settings.object("held-out"));
    settings.finish();
    return file;
  }

  private static String name(Settings settings, String site) {
    try {
      return new NodeName(site).value();
    } catch (FederationException e) {
      throw settings.refusal("sites", "\"" + site + "\"", "node names: a-z, 0-9 and -");
    }
  }

  /** The config of a new model; empty where the base exists already. */
  Optional<String> newModel() {
    return base.endsWith(".json") ? Optional.of(base) : Optional.empty();
  }
}
