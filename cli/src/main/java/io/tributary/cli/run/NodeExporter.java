package io.tributary.cli.run;

import io.tributary.client.PersonalModels;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.finetune.PersonalModel;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.ExportForm;
import io.tributary.training.model.HuggingFaceExport;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a node's own model as a Hugging Face folder, from its state folder alone. */
public final class NodeExporter {
  private NodeExporter() {}

  /** Writes the folder, which must not exist or be empty. */
  public static void export(PersonalModels.Kept kept, Path into, ExportForm form) {
    Exporter.refuseFull(into);
    BaseModel base = BaseModel.open(kept.base());
    PersonalModel model = PersonalModel.read(kept.folder(), kept.plan(), base);
    Path absolute = into.toAbsolutePath();
    Path work = absolute.resolveSibling("." + absolute.getFileName() + ".making");
    try {
      Exporter.delete(work);
      HuggingFaceExport.write(
          base, model.plan(), model.trained(), model.statistics(), model.personal(), work, form);
      Exporter.moveInto(work, absolute);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          into + ": can't be written (expected: a writable folder with room). Make room.",
          e);
    }
  }
}
