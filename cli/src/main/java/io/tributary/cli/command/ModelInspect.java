package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.Task;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.OwnHead;
import io.tributary.training.model.PictureShape;
import io.tributary.transport.artifact.ManifestFiles;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Shows what is in a model's folder: family, labels, size, digest, tensors.",
    footer = {"", "Example:", "  tributary model inspect models/all-minilm-l6-v2"})
final class ModelInspect extends BaseCommand {
  @Parameters(index = "0", paramLabel = "DIR", description = "A Hugging Face folder.")
  Path folder = Path.of("");

  @Option(names = "--tensors", description = "Also list every tensor.")
  boolean tensors;

  ModelInspect(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Path path = existing(folder);
    BaseModel model = BaseModel.open(path);
    ManifestFiles files = ManifestFiles.ofFolder(path);
    long parameters = model.layout().elements();
    console.line("family      " + model.family());
    List<String> tasks = model.tasks().stream().map(Task::token).toList();
    console.line("tasks       " + String.join(", ", tasks));
    OwnHead own = OwnHead.of(model);
    String head = own.answers() ? own.task().token() : "";
    console.line(
        "trained for "
            + (head.isEmpty() ? "–" : head + (own.multiLabel() ? ", several labels" : "")));
    console.line("parameters  " + Figures.count(parameters));
    console.line("bytes       " + Figures.bytes(files.manifest().totalBytes()));
    console.line(
        "labels      " + (model.labels().isEmpty() ? "–" : String.join(", ", model.labels())));
    console.line(
        "longest     " + (model.longestText() == 0 ? "–" : model.longestText() + " tokens"));
    model.pictures().ifPresent(shape -> console.line("pictures    " + words(shape)));
    console.line("digest      " + files.manifest().digest());
    if (tensors) {
      Table table = Table.of("tensor", "type", "shape");
      model
          .layout()
          .tensors()
          .forEach(t -> table.row(t.name(), t.dtype().token(), t.shape().toString()));
      console.line("");
      console.lines(table.render(console.style()));
    }
    JsonValue.ObjectBuilder json =
        JsonValue.object()
            .put("family", model.family())
            .put("tasks", JsonValue.array(tasks.stream().map(JsonValue::of).toList()))
            .put("trainedFor", head)
            .put("multiLabel", own.multiLabel())
            .put("parameters", parameters)
            .put("bytes", files.manifest().totalBytes())
            .put("labels", JsonValue.array(model.labels().stream().map(JsonValue::of).toList()))
            .put("longestText", model.longestText())
            .put("digest", files.manifest().digest().toString())
            .put("layout", model.layout().toJson());
    model
        .pictures()
        .ifPresent(
            shape ->
                json.put(
                    "pictures",
                    JsonValue.object()
                        .put("channels", shape.channels())
                        .put("height", shape.height())
                        .put("width", shape.width())
                        .build()));
    console.json(json.build());
    return 0;
  }

  private static String words(PictureShape shape) {
    String size = shape.isFixed() ? shape.height() + " x " + shape.width() : "any size";
    return size + ", " + (shape.channels() == 1 ? "grey" : shape.channels() + " channels");
  }
}
