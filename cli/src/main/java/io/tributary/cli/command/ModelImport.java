package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.onnx.ImportSpec;
import io.tributary.training.model.onnx.OnnxImport;
import io.tributary.transport.artifact.ManifestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description =
        "Makes a Hugging Face folder, which a plan can name as its base, from ONNX weights.",
    footer = {
      "",
      "Examples:",
      "  tributary model import " + Bundled.MINILM + " --into models/all-minilm-l6-v2",
      "  tributary model import model.onnx --tokenizer tokenizer.json --heads 12 --into models/mine"
    })
final class ModelImport extends BaseCommand {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "An ONNX file of a BERT encoder, or " + Bundled.MINILM + ".")
  String source = "";

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "The tokenizer.json that belongs to an ONNX file.")
  Optional<Path> tokenizer = Optional.empty();

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "12",
      description = "Attention heads of a layer, which ONNX does not say (default: 12).")
  int heads = 12;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description = "Folder to make; it must not exist.")
  Path into = Path.of("");

  ModelImport(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Path folder = resolve(into);
    if (source.equals(Bundled.MINILM)) {
      OnnxImport.importMiniLm(Bundled.miniLmJar(), folder);
    } else {
      importOnnx(folder);
    }
    BaseModel model = BaseModel.open(folder);
    ManifestFiles files = ManifestFiles.ofFolder(folder);
    console.line(
        shown(folder)
            + ": "
            + model.family()
            + ", "
            + model.layout().tensors().size()
            + " tensors, "
            + Figures.bytes(files.manifest().totalBytes()));
    console.line("digest " + files.manifest().digest());
    console.json(
        JsonValue.object()
            .put("folder", folder.toString())
            .put("family", model.family())
            .put("digest", files.manifest().digest().toString())
            .build());
    return 0;
  }

  private void importOnnx(Path folder) {
    Path file = existing(Path.of(source));
    if (Files.isDirectory(file) || tokenizer.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          source,
          Files.isDirectory(file) ? "a folder" : "no tokenizer",
          "an ONNX file with --tokenizer; a Hugging Face folder needs no import",
          "See `tributary model inspect` for a folder.");
    }
    ImportSpec usual = ImportSpec.miniLm();
    var spec =
        new ImportSpec(
            String.valueOf(folder.getFileName()),
            heads,
            usual.layerNormEpsilon(),
            "unknown",
            source);
    OnnxImport.importFolder(file, existing(tokenizer.get()), spec, folder);
  }
}
