package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The examples that a site keeps for validation: none, a share of its file, or a file of its own.
 *
 * @param share of each label's examples, from 0 (none) to below 1
 * @param path of an own file with the same columns
 */
public record ValidationSpec(double share, Optional<Path> path) {
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,2}(?:\\.[0-9]{1,6})?)\\s*%");

  public ValidationSpec {
    path = path.map(file -> file.toAbsolutePath().normalize());
  }

  /** No validation part. */
  public static ValidationSpec none() {
    return new ValidationSpec(0, Optional.empty());
  }

  public static ValidationSpec ofShare(double share) {
    return new ValidationSpec(share, Optional.empty());
  }

  public static ValidationSpec ofFile(Path file) {
    return new ValidationSpec(0, Optional.of(file));
  }

  /** Whether there is a validation part. */
  public boolean present() {
    return share > 0 || path.isPresent();
  }

  /** {@code 10%}, or the path of a file; {@code none} or an absent key: no validation part. */
  static ValidationSpec read(Settings section, String key, Path relativeTo) {
    String text = section.text(key, "none");
    if (text.equals("none")) {
      return none();
    }
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      return ofShare(new BigDecimal(percent.group(1)).movePointLeft(2).doubleValue());
    }
    if (text.contains("%") || text.isBlank() || text.matches("[0-9.]+")) {
      throw section.refusal(
          key, "\"" + text + "\"", "a percentage from 0% to below 100%, a file, or none");
    }
    return ofFile(relativeTo.resolve(text));
  }

  String token() {
    return path.map(Path::toString)
        .orElseGet(
            () ->
                share == 0
                    ? "none"
                    : new BigDecimal(JsonValue.of(share).canonical())
                            .movePointRight(2)
                            .stripTrailingZeros()
                            .toPlainString()
                        + "%");
  }
}
