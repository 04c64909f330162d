package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mutated model and adapter folders: each is opened or refused in one line, whichever file of it
 * was changed; nothing else is ever thrown.
 */
class ModelFolderFuzzTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int MUTATIONS = 600;
  private static final Head HEAD = Head.of(Task.TEXT_CLASSIFICATION, 3);
  private static final List<String> TOKENS =
      List.of(
          "-1",
          "0",
          "2147483647",
          "9223372036854775807",
          "99999999999999999999",
          "1e309",
          "null",
          "true",
          "[]",
          "{}",
          "[",
          "}",
          ",",
          "\"",
          "\\ud800",
          "\"bert\"",
          "..",
          "/",
          "0.5",
          "é");

  @TempDir Path folder;

  private static Map<String, byte[]> files(Path from) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> found = Files.list(from)) {
      for (Path file : found.sorted().toList()) {
        if (!file.getFileName().toString().startsWith("case")) {
          files.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /** Changes a byte, cuts off, adds, or puts a token into what is text. */
  private static byte[] mutated(byte[] file, boolean weights, SplittableRandom random) {
    int end = weights ? (int) Math.min(file.length, 8 + header(file)) : file.length;
    int at = random.nextInt(end);
    switch (random.nextInt(8)) {
      case 0 -> {
        return Arrays.copyOf(file, random.nextInt(file.length));
      }
      case 1 -> {
        return Arrays.copyOf(file, file.length + 1 + random.nextInt(9));
      }
      case 2, 3 -> {
        byte[] copy = file.clone();
        copy[at] = (byte) random.nextInt(256);
        return copy;
      }
      default -> {
        String token = TOKENS.get(random.nextInt(TOKENS.size()));
        return spliced(file, Math.max(at, weights ? 8 : 0), random.nextInt(6), token, weights);
      }
    }
  }

  private static long header(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] spliced(byte[] file, int at, int drop, String token, boolean weights) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    int rest = Math.min(file.length, at + drop);
    byte[] copy = new byte[at + utf8.length + file.length - rest];
    System.arraycopy(file, 0, copy, 0, at);
    System.arraycopy(utf8, 0, copy, at, utf8.length);
    System.arraycopy(file, rest, copy, at + utf8.length, file.length - rest);
    if (weights) {
      long length = header(file) + utf8.length - (rest - at);
      ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    }
    return copy;
  }

  private void write(Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private interface Opening {
    void run() throws IOException;
  }

  private void fuzz(Path from, long seed, Opening opening) throws IOException {
    var random = new SplittableRandom(seed);
    Map<String, byte[]> sound = files(from);
    List<String> names = List.copyOf(sound.keySet());
    int opened = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      String name = names.get(random.nextInt(names.size()));
      Map<String, byte[]> changed = new LinkedHashMap<>(sound);
      changed.computeIfPresent(
          name, (key, file) -> mutated(file, key.endsWith("safetensors"), random));
      write(changed);
      try {
        opening.run();
        opened++;
      } catch (FederationException e) {
        assertEquals(1, e.sentence().lines().count(), e.sentence());
        assertTrue(e.sentence().length() < 2_000, e.sentence());
      } catch (IOException | RuntimeException | Error e) {
        throw new AssertionError("replay: seed=" + seed + " mutation=" + i + " of " + name, e);
      }
    }
    assertTrue(opened > 0 && opened < MUTATIONS / 2, "opened " + opened);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void open_mutatedModelFolder_opensOrIsRefused(long seed) throws IOException {
    fuzz(
        GOLDEN.resolve("bert-sharded"),
        seed,
        () -> ModelValues.ofBase(BaseModel.open(folder), HEAD).close());
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4})
  void open_mutatedAdapterFolder_opensOrIsRefused(long seed) throws IOException {
    BaseModel base = BaseModel.open(GOLDEN.resolve("lora-bert-head").resolve("base"));
    fuzz(
        GOLDEN.resolve("lora-bert-head").resolve("adapter"),
        seed,
        () ->
            ModelValues.ofAdapter(base, PeftFolder.open(folder), HEAD, List.of("a", "b", "c"))
                .close());
  }
}
