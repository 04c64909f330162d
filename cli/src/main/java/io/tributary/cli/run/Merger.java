package io.tributary.cli.run;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.ExportForm;
import io.tributary.training.model.ModelMerge;
import io.tributary.training.model.PeftFolder;
import io.tributary.training.model.WrittenTensors;
import java.io.IOException;
import java.nio.file.Path;

/** Puts an adapter folder into its base model. */
public final class Merger {
  private Merger() {}

  /** Writes the merged model into a folder that must not exist or be empty. */
  public static WrittenTensors merge(Path base, Path adapter, Path into, ExportForm form) {
    Exporter.refuseFull(into);
    BaseModel model = BaseModel.open(base);
    PeftFolder peft = PeftFolder.open(adapter);
    Path absolute = into.toAbsolutePath();
    Path made = absolute.resolveSibling("." + absolute.getFileName() + ".merging");
    try {
      Exporter.delete(made);
      try {
        WrittenTensors written = ModelMerge.write(model, peft, made, form);
        Exporter.moveInto(made, absolute);
        return written;
      } finally {
        Exporter.delete(made);
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          into + ": can't be written (expected: a writable folder with room). Make room.",
          e);
    }
  }
}
