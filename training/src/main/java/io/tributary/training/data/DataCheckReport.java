package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.data.Finding.Severity;
import java.util.List;
import java.util.Optional;

/**
 * What a check of a dataset found.
 *
 * @param card empty where the dataset can't be read
 * @param findings errors first, then warnings, then notes
 */
public record DataCheckReport(Optional<DatasetCard> card, List<Finding> findings) {
  public DataCheckReport {
    findings = findings.stream().sorted((a, b) -> a.severity().compareTo(b.severity())).toList();
  }

  /** Whether a node can train on it. */
  public boolean usable() {
    return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("usable", usable())
            .put("findings", JsonValue.array(findings.stream().map(Finding::toJson).toList()));
    card.ifPresent(value -> json.put("card", value.toJson()));
    return json.build();
  }
}
