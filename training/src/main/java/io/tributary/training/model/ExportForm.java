package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.DType;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Locale;

/**
 * How weights are written for others.
 *
 * @param dtype F32, F16 or BF16
 * @param shardBytes data after which a file of weights ends and the next begins
 */
public record ExportForm(DType dtype, long shardBytes) {
  /** As transformers usually writes: one file up to 5 GB. */
  public static final ExportForm USUAL = new ExportForm(DType.F32, 5_000_000_000L);

  public ExportForm {
    requireNonNull(dtype, "dtype");
    if (shardBytes < 1) {
      throw new IllegalArgumentException("shardBytes: " + shardBytes + " (expected: >= 1)");
    }
  }

  /** This with a type named as {@code f32}, {@code f16} or {@code bf16}. */
  public ExportForm withDtype(String token) {
    DType chosen =
        switch (token.toLowerCase(Locale.ROOT)) {
          case "f32" -> DType.F32;
          case "f16" -> DType.F16;
          case "bf16" -> DType.BF16;
          default ->
              throw FederationException.of(
                  ErrorKind.INVALID_CONFIG, "dtype", token, "f32, f16 or bf16", "Choose one.");
        };
    return new ExportForm(chosen, shardBytes);
  }

  public ExportForm withShardBytes(long bytes) {
    return new ExportForm(dtype, bytes);
  }

  /** The word of {@code config.json}. */
  String word() {
    return switch (dtype) {
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default -> "float32";
    };
  }
}
