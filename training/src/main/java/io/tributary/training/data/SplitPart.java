package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One part of a split.
 *
 * @param name also the name of its file, without the ending
 * @param share from 0 to 1
 */
public record SplitPart(String name, double share) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9-]{0,62})=([0-9]{1,3}(?:\\.[0-9]{1,6})?)%");

  /** Reads {@code train=80%,validation=10%,test=10%}; the percentages must sum to 100. */
  public static List<SplitPart> parse(String text) {
    List<SplitPart> parts =
        Arrays.stream(text.split(",", -1)).map(part -> one(part.strip())).toList();
    double sum = parts.stream().mapToDouble(SplitPart::share).sum();
    long names = parts.stream().map(SplitPart::name).distinct().count();
    if (Math.abs(sum - 1) > 1e-6 || names != parts.size()) {
      throw refusal(text);
    }
    return parts;
  }

  private static SplitPart one(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw refusal(text);
    }
    return new SplitPart(
        matcher.group(1), new BigDecimal(matcher.group(2)).movePointLeft(2).doubleValue());
  }

  private static FederationException refusal(String text) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT,
        "parts",
        "\"" + text + "\"",
        "different names with percentages that sum to 100, like train=80%,test=20%",
        "Correct the parts.");
  }
}
