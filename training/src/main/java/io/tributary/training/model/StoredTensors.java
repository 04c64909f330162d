package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of one or more safetensors files, open for reading; none is held in memory. */
final class StoredTensors implements Closeable {
  private static final int WIDENING_BYTES = 64 << 10;
  private static final byte[] LFS = "version https://git-lfs".getBytes(US_ASCII);
  private static final int COMPARED_BYTES = 1 << 20;

  private record Stored(Path file, ByteSource source, TensorSpec spec, long position) {}

  private final List<ByteSource> sources = new ArrayList<>();
  private final List<SafetensorsHeader> headers = new ArrayList<>();
  private final Map<String, Stored> byName = new LinkedHashMap<>();

  private StoredTensors() {}

  static StoredTensors open(Collection<Path> files) throws IOException {
    var tensors = new StoredTensors();
    try {
      for (Path file : files) {
        tensors.add(file);
      }
      return tensors;
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private void add(Path file) throws IOException {
    ByteSource source;
    try {
      source = ByteSource.of(FileChannel.open(file, StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      boolean pickled = Files.exists(file.resolveSibling("pytorch_model.bin"));
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          file
              + (pickled
                  ? ": missing beside pytorch_model.bin (expected: a safetensors file). Save the model"
                      + " anew with transformers' save_pretrained."
                  : ": missing (expected: a safetensors file). Restore it."),
          e);
    }
    add(file, source);
  }

  /**
   * Adds the tensors of bytes in hand; they are closed with the others.
   *
   * @param file what they are called in messages
   */
  void add(Path file, ByteSource source) throws IOException {
    sources.add(source);
    SafetensorsHeader header = read(file, source);
    headers.add(header);
    for (TensorSpec spec : header.layout().tensors()) {
      var stored =
          new Stored(file, source, spec, requireNonNull(header.positions().get(spec.name())));
      if (byName.putIfAbsent(spec.name(), stored) != null) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            file + ": " + spec.name(),
            "in two files",
            "each tensor once",
            "Export the model anew.");
      }
    }
  }

  private static SafetensorsHeader read(Path file, ByteSource source) throws IOException {
    if (isPointer(source)) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          file.toString(),
          "a pointer of Git LFS",
          "the file that it points to",
          "Fetch it with `git lfs pull`.");
    }
    try {
      return Safetensors.read(source);
    } catch (FederationException e) {
      throw new FederationException(e.kind(), file + ": " + e.sentence(), e);
    }
  }

  private static boolean isPointer(ByteSource source) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LFS.length);
    if (source.size() < LFS.length) {
      return false;
    }
    source.read(0, start);
    return Arrays.equals(start.array(), LFS);
  }

  /** The heads of the files, in the order they were given. */
  List<SafetensorsHeader> headers() {
    return headers;
  }

  Optional<TensorSpec> find(String name) {
    return Optional.ofNullable(byName.get(name)).map(Stored::spec);
  }

  /** The file that holds a tensor. */
  Optional<Path> file(String name) {
    return Optional.ofNullable(byName.get(name)).map(Stored::file);
  }

  Collection<TensorSpec> specs() {
    return byName.values().stream().map(Stored::spec).toList();
  }

  /**
   * Fills the buffer with float32 values in the machine's byte order, widened where the file holds
   * float16 or bfloat16; with int64 where it holds these.
   *
   * @param first element of the tensor to start with
   */
  void read(String name, long first, ByteBuffer into) throws IOException {
    Stored stored = byName.get(name);
    if (stored == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    DType dtype = stored.spec.dtype();
    long position = stored.position + first * dtype.bytes();
    if (dtype == DType.F32 || dtype == DType.I64) {
      stored.source.read(position, into);
      return;
    }
    ByteBuffer narrow = ByteBuffer.allocate(WIDENING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (into.hasRemaining()) {
      narrow.clear();
      narrow.limit(Math.min(WIDENING_BYTES, into.remaining() / Float.BYTES * dtype.bytes()));
      stored.source.read(position, narrow);
      position += narrow.position();
      narrow.flip();
      while (narrow.hasRemaining()) {
        into.putFloat(HalfFloats.widen(dtype, narrow));
      }
    }
  }

  /** Whether two tensors of floats have the same shape and, widened, the same values. */
  boolean same(String one, String other) throws IOException {
    TensorSpec spec = find(one).orElseThrow();
    if (!find(other).orElseThrow().shape().equals(spec.shape())) {
      return false;
    }
    ByteBuffer left = ByteBuffer.allocate(COMPARED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer right = ByteBuffer.allocate(COMPARED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < spec.elements(); at += COMPARED_BYTES / Float.BYTES) {
      int bytes = (int) Math.min(COMPARED_BYTES, (spec.elements() - at) * Float.BYTES);
      read(one, at, left.clear().limit(bytes));
      read(other, at, right.clear().limit(bytes));
      if (!left.flip().equals(right.flip())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    for (ByteSource source : sources) {
      source.close();
    }
  }
}
