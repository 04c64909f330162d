package io.tributary.cli.command;

import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.ExportForm;
import picocli.CommandLine.Option;

/** How weights are written. */
final class WeightOptions {
  @Option(
      names = "--dtype",
      paramLabel = "f32|f16|bf16",
      defaultValue = "f32",
      description = "Type of the weights (default: ${DEFAULT-VALUE}).")
  String dtype = "f32";

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      defaultValue = "5GB",
      description = "Data after which a new file of weights begins (default: ${DEFAULT-VALUE}).")
  String shardSize = "5GB";

  ExportForm form() {
    DataSize size = DataSize.parse(shardSize);
    if (size.bytes() < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "--shard-size", shardSize, "1B or more", "Raise it.");
    }
    return ExportForm.USUAL.withDtype(dtype).withShardBytes(size.bytes());
  }
}
