package io.tributary.aggregation.tensor;

import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.aggregation.Failures;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutations of sound files: each is read or refused as CORRUPT, nothing else ever happens. */
class SafetensorsFuzzTest {
  private static final int MUTATIONS = 4_000;
  private static final Layout LAYOUT =
      layout(
          tensor("bert.embeddings.weight", DType.F32, 3, 5),
          tensor("bias", DType.F16, 7),
          tensor("empty", DType.I64, 0),
          tensor("scalar", DType.F64));
  private static final List<String> TOKENS =
      List.of(
          "-1",
          "0",
          "1e9",
          "9223372036854775807",
          "18446744073709551616",
          "null",
          "\"F32\"",
          "[",
          "]",
          "{",
          "}",
          ",",
          "\\u0000",
          "\\ud800",
          "\"__metadata__\"",
          "1e400",
          "-0",
          "\"",
          "é");

  /** Counts what is asked for, so that no claim of a header can make the reader take memory. */
  private static final class Watched implements ByteSource {
    private final ByteSource bytes;
    private final long size;
    private long asked;

    private Watched(byte[] bytes) {
      this.bytes = ByteSource.of(bytes);
      this.size = bytes.length;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      asked += into.remaining();
      bytes.read(position, into);
    }

    @Override
    public void close() {}
  }

  private static byte[] sound(SplittableRandom random) {
    Map<String, String> metadata = random.nextBoolean() ? Map.of() : Map.of("format", "pt");
    byte[] header = Safetensors.header(LAYOUT, metadata);
    return Arrays.copyOf(header, header.length + (int) LAYOUT.dataBytes());
  }

  private static byte[] mutated(byte[] file, SplittableRandom random) {
    byte[] result = file.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      result = changed(result, random);
    }
    return result;
  }

  private static byte[] changed(byte[] file, SplittableRandom random) {
    int at = file.length == 0 ? 0 : random.nextInt(file.length);
    byte[] copy = file.clone();
    switch (random.nextInt(6)) {
      case 0 -> {
        if (copy.length > 0) {
          copy[at] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> {
        if (copy.length > 0) {
          copy[at] = (byte) random.nextInt(256);
        }
      }
      case 2 -> copy = Arrays.copyOf(copy, at);
      case 3 -> copy = Arrays.copyOf(copy, copy.length + 1 + random.nextInt(40));
      case 4 ->
          copy = spliced(file, at, random.nextInt(4), TOKENS.get(random.nextInt(TOKENS.size())));
      default -> {
        if (copy.length > 8) {
          copy[random.nextInt(8)] = (byte) random.nextInt(256);
        }
      }
    }
    return copy;
  }

  /** Puts a token into the header and mends its length, so that the JSON itself is reached. */
  private static byte[] spliced(byte[] file, int at, int drop, String token) {
    if (file.length < 9) {
      return file;
    }
    long length = ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 1 || length > file.length - 8) {
      return file;
    }
    String header = new String(file, 8, (int) length, UTF_8);
    int from = at % header.length();
    int to = Math.min(header.length(), from + drop);
    byte[] utf8 = (header.substring(0, from) + token + header.substring(to)).getBytes(UTF_8);
    byte[] result = Malformed.framed(utf8.length, utf8, file.length - 8 - (int) length);
    System.arraycopy(
        file, 8 + (int) length, result, 8 + utf8.length, file.length - 8 - (int) length);
    return result;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void read_mutatedFile_decodesOrIsCorrupt(long seed) {
    var random = new SplittableRandom(seed);
    int decoded = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] file = mutated(sound(random), random);
      var source = new Watched(file);
      try {
        SafetensorsHeader header = Safetensors.read(source);
        decoded++;
        assertSound(header, file.length);
      } catch (FederationException e) {
        assertEquals(ErrorKind.CORRUPT, e.kind(), e.sentence());
        Failures.assertSentence(e.sentence());
        assertTrue(e.sentence().length() < 700, e.sentence());
      } catch (RuntimeException | IOException e) {
        fail("replay: seed=" + seed + " mutation=" + i, e);
      }
      assertTrue(source.asked <= file.length, "replay: seed=" + seed + " mutation=" + i);
    }
    assertTrue(decoded > MUTATIONS / 100, "mutations too wild: " + decoded);
    assertTrue(decoded < MUTATIONS * 3 / 4, "mutations too tame: " + decoded);
  }

  private static void assertSound(SafetensorsHeader header, long size) {
    for (TensorSpec tensor : header.layout().tensors()) {
      long position = header.position(tensor.name());
      assertTrue(position >= 8 && position + tensor.bytes() <= size);
    }
    assertTrue(
        !header.canonical() || size == Safetensors.canonicalSize(header.layout()),
        "canonical size");
  }

  @Test
  void read_randomBytes_isCorrupt() {
    var random = new SplittableRandom(9);
    for (int i = 0; i < 2_000; i++) {
      byte[] file = new byte[random.nextInt(64)];
      random.nextBytes(file);
      Failures.assertRefused(
          ErrorKind.CORRUPT, "safetensors file", () -> Safetensors.read(ByteSource.of(file)));
    }
  }
}
