package io.tributary.coordinator.effect;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.CheckpointZero;
import java.io.IOException;

/** Adapters that begin anew after a round. */
@FunctionalInterface
public interface AdapterStarts {
  /** Writes A and B of all adapters as a canonical file: the same for the same run and round. */
  void write(RunSpec spec, int round, ByteSink to) throws IOException;

  /** Of the runs' base models. */
  static AdapterStarts of(BaseModels bases) {
    return (spec, round, to) ->
        CheckpointZero.writeAdapters(
            BaseModel.open(bases.folder(spec.base().digest())), spec.plan(), round, to);
  }

  /** Where no run has adapters. */
  static AdapterStarts none() {
    return (spec, round, to) -> {
      throw FederationException.of(
          ErrorKind.INTERNAL, "adapters", "asked for", "a run without any", "Mend the call.");
    };
  }
}
