package io.tributary.coordinator.evaluation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetCards;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.TaskFit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The held-out files and the digests of what is in them. A digest is taken again when a file's size
 * or time has changed. Safe for several threads.
 */
public final class HeldOut {
  private static final Logger LOG = LoggerFactory.getLogger(HeldOut.class);

  /** Times and sizes of what its examples lie in; a picture that comes or goes changes one. */
  private record Known(DatasetSpec spec, List<String> labels, List<String> states) {}

  private final Optional<DatasetSpec> selection;
  private final Optional<DatasetSpec> test;
  private final Map<Known, Digest> contents = new HashMap<>();

  public HeldOut(DatasetSpec selection, Optional<DatasetSpec> test) {
    this(Optional.of(selection), test);
  }

  private HeldOut(Optional<DatasetSpec> selection, Optional<DatasetSpec> test) {
    this.selection = requireNonNull(selection, "selection");
    this.test = requireNonNull(test, "test");
  }

  /** That of a coordinator without examples, whose runs are evaluated at their sites alone. */
  public static HeldOut none() {
    return new HeldOut(Optional.empty(), Optional.empty());
  }

  /** Whether there is such a part. */
  public boolean has(HeldOutPart part) {
    return of(part).isPresent();
  }

  /** Where the examples of a part lie. */
  public DatasetSpec spec(HeldOutPart part) {
    return of(part)
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "held-out." + part.token(),
                    "not configured",
                    "a file",
                    "Add it to the coordinator's configuration."));
  }

  private Optional<DatasetSpec> of(HeldOutPart part) {
    return part == HeldOutPart.SELECTION ? selection : test;
  }

  /**
   * The digest of a part's examples, label-mapped to this label set; examples that do not fit it
   * are refused.
   */
  public Digest content(HeldOutPart part, List<String> labels) {
    DatasetSpec spec = spec(part);
    Known known = known(spec, labels);
    synchronized (contents) {
      Digest content = contents.get(known);
      if (content == null) {
        content = DatasetCards.of(spec, labels).content();
        contents.put(known, content);
      }
      return content;
    }
  }

  /** Refuses a part whose file can't be read. */
  public void checkReadable() {
    for (HeldOutPart part : HeldOutPart.values()) {
      if (has(part) && !Files.isReadable(spec(part).train().path())) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "held-out." + part.token(),
            spec(part).train().path() + " can't be read",
            "a readable file",
            "Mend the path.");
      }
    }
  }

  /**
   * Refuses a plan that is evaluated here where there are no examples, and examples that do not fit
   * it: other labels, or another kind of input.
   */
  public void check(Plan plan) {
    if (selection.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "held-out",
          "not configured",
          "labelled examples, since the plan is evaluated at the coordinator",
          "Add held-out to the coordinator's file, or set evaluation.where to sites in the plan.");
    }
    for (HeldOutPart part : HeldOutPart.values()) {
      if (has(part)) {
        Optional<String> other = TaskFit.misfit(spec(part).train(), plan.model());
        if (other.isPresent()) {
          throw FederationException.of(
              ErrorKind.INVALID_DATA,
              "held-out." + part.token(),
              other.get(),
              "examples for task " + plan.model().task().token(),
              "Mend held-out at the coordinator, or the plan's task.");
        }
        LOG.debug("held-out {}: {}", part.token(), content(part, plan.model().labels()));
      }
    }
  }

  private static Known known(DatasetSpec spec, List<String> labels) {
    Path file = spec.train().path();
    try {
      List<String> states = new ArrayList<>();
      for (Path watched : spec.train().watched()) {
        states.add(Files.getLastModifiedTime(watched) + " " + Files.size(watched));
      }
      return new Known(spec, List.copyOf(labels), states);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          "held-out file: "
              + file
              + " (expected: a readable file). Mend held-out in the"
              + " coordinator's configuration.",
          e);
    }
  }
}
